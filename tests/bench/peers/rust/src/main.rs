//! How long the official engine takes for one decision, everything read and indexed before.
//! Usage: peer POLICIES ENTITIES REQUESTS. Prints nanoseconds at the median and the 99th percentile
//! over requests, each the best of several rounds, and how many requests were allowed.
use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use std::{env, fs, hint::black_box, time::Instant};

const ROUNDS: u32 = 5;
const REPEATS: u32 = 40;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let read = |index: usize| fs::read_to_string(&arguments[index]).expect("a file");
    let policies: PolicySet = read(1).parse().expect("policies");
    let entities = Entities::from_json_str(&read(2), None).expect("entities");
    let list: serde_json::Value = serde_json::from_str(&read(3)).expect("JSON");
    let uid = |value: &serde_json::Value| EntityUid::from_json(value.clone()).expect("an entity");
    let requests: Vec<Request> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|request| {
            let context = Context::from_json_value(request["context"].clone(), None);
            Request::new(
                uid(&request["principal"]),
                uid(&request["action"]),
                uid(&request["resource"]),
                context.expect("a context"),
                None,
            )
            .expect("a request")
        })
        .collect();
    let authorizer = Authorizer::new();
    let mut allowed = 0;
    let mut times: Vec<f64> = Vec::new();
    for request in &requests {
        let answer = authorizer.is_authorized(request, &policies, &entities);
        allowed += u32::from(answer.decision() == Decision::Allow);
        let mut best = f64::MAX;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            for _ in 0..REPEATS {
                black_box(authorizer.is_authorized(black_box(request), &policies, &entities));
            }
            best = best.min(start.elapsed().as_nanos() as f64 / f64::from(REPEATS));
        }
        times.push(best);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times[times.len() * share / 100];
    println!("{:.0} {:.0} {}", at(50), at(99), allowed);
}
