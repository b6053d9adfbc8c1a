// How long cedar-go takes for one decision, everything read before. Usage: peer POLICIES ENTITIES
// REQUESTS. Prints nanoseconds at the median and the 99th percentile over requests, each the best of
// several rounds, and how many requests were allowed.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"time"

	cedar "github.com/cedar-policy/cedar-go"
)

const rounds, repeats = 5, 40

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func read(index int) []byte {
	content, err := os.ReadFile(os.Args[index])
	must(err)
	return content
}

type name struct{ Type, Id string }

func (n name) uid() cedar.EntityUID {
	return cedar.NewEntityUID(cedar.EntityType(n.Type), cedar.String(n.Id))
}

func main() {
	policies, err := cedar.NewPolicySetFromBytes(os.Args[1], read(1))
	must(err)
	var entities cedar.EntityMap
	must(json.Unmarshal(read(2), &entities))
	var list []struct {
		Principal, Action, Resource name
		Context                     cedar.Record
	}
	must(json.Unmarshal(read(3), &list))
	allowed := 0
	var times []float64
	for _, item := range list {
		request := cedar.Request{
			Principal: item.Principal.uid(), Action: item.Action.uid(),
			Resource: item.Resource.uid(), Context: item.Context,
		}
		if decision, _ := policies.IsAuthorized(entities, request); decision == cedar.Allow {
			allowed++
		}
		best := 0.0
		for round := 0; round < rounds; round++ {
			start := time.Now()
			for i := 0; i < repeats; i++ {
				policies.IsAuthorized(entities, request)
			}
			each := float64(time.Since(start).Nanoseconds()) / repeats
			if round == 0 || each < best {
				best = each
			}
		}
		times = append(times, best)
	}
	sort.Float64s(times)
	fmt.Printf("%.0f %.0f %d\n", times[len(times)/2], times[len(times)*99/100], allowed)
}
