/* cedar: tokens, policies and expressions as they are read, and printed again. The rows that tell
 * what is refused were judged by the official engine too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "failing_alloc.h"

struct row {
    enum error error;
    const char *text;
};

/* Conditions: what the official engine reads we read, what it refuses we refuse. */
static const struct row conditions[] = {
    {ERROR_OK, "1 \302\240== 1"},
    {ERROR_OK, "1\013==1"},
    {ERROR_OK, "1\342\200\250==1"},
    {ERROR_OK, "1\302\205==1"},
    {ERROR_OK, "\"a\nb\" == \"x\""},
    {ERROR_OK, "\"a\" like \"\\*\""},
    {ERROR_OK, "\"a\" like \"\\x41\""},
    {ERROR_OK, "\"\\x7f\"==\"\""},
    {ERROR_OK, "\"\\u{00_41}\"==\"\""},
    {ERROR_OK, "9223372036854775807==1"},
    {ERROR_OK, "-9223372036854775808==1"},
    {ERROR_OK, "- 9223372036854775808==1"},
    {ERROR_OK, "--9223372036854775808==1"},
    {ERROR_OK, "!!!!true"},
    {ERROR_OK, "----1==1"},
    {ERROR_OK, "(1<2)<3"},
    {ERROR_OK, "true.x"},
    {ERROR_OK, "if true then 1 else 2"},
    {ERROR_OK, "(if true then 1 else 2)+1"},
    {ERROR_OK, "if true then if true then 1 else 2 else 3"},
    {ERROR_OK, "decimal()"},
    {ERROR_OK, "decimal(\"1\",\"2\")"},
    {ERROR_OK, "context.permit"},
    {ERROR_OK, "context.principal"},
    {ERROR_OK, "context[\"__cedar\"]"},
    {ERROR_OK, "context has principal"},
    {ERROR_OK, "context has a.b"},
    {ERROR_OK, "context has \"a b\""},
    {ERROR_OK, "context has principal.x"},
    {ERROR_OK, "{a:1,}"},
    {ERROR_OK, "{principal:1}==1"},
    {ERROR_OK, "{\"if\":1}==1"},
    {ERROR_OK, "[1,]==1"},
    {ERROR_OK, "{}==[]"},
    {ERROR_OK, "context.contains(1,)"},
    {ERROR_OK, "principal is User"},
    {ERROR_OK, "principal is User in User::\"a\""},
    {ERROR_OK, "principal is principal"},
    {ERROR_OK, "principal is A::B::C"},
    {ERROR_OK, "principal is action"},
    {ERROR_OK, "(principal is A) in B::\"b\""},
    {ERROR_OK, "A :: \"a\" == A::\"a\""},
    {ERROR_OK, "A // c\n ::\"a\"==1"},
    {ERROR_OK, "A::B::\"x\\u{41}\"==1"},
    {ERROR_OK, "principal::\"a\"==1"},
    {ERROR_OK, "permit::\"a\"==1"},
    {ERROR_OK, "when::\"a\"==1"},
    {ERROR_OK, "context.a.b.c"},
    {ERROR_OK, "context[\"a\"][\"b\"]"},
    {ERROR_OK, "principal.contains"},
    {ERROR_OK, "1 - -1"},
    {ERROR_OK, "1 - - - - 1"},
    {ERROR_OK, "1 * -1 * 2"},
    {ERROR_OK, "1 * 2 * principal"},
    {ERROR_OK, "principal * principal"},
    {ERROR_OK, "1-1"},
    {ERROR_OK, "1 -1"},
    {ERROR_OK, "01==1"},
    {ERROR_OK, "true && true || false"},
    {ERROR_OK, "((true))"},
    {ERROR_OK, "[[[]]]==1"},
    {ERROR_OK, "true && !true"},
    {ERROR_OK, "[if true then 1 else 2]"},
    {ERROR_OK, "context.contains(if true then 1 else 2)"},
    {ERROR_OK, "{a: if true then 1 else 2}"},
    {ERROR_OK, "_a::\"x\"==1"},
    {ERROR_OK, "__a::\"x\"==1"},
    {ERROR_OK, "true || true == true"},
    {ERROR_OK, "1+1 in 2"},
    {ERROR_OK, "1 < 2 + 3"},
    {ERROR_OK, "1 has a && true"},
    {ERROR_OK, "true is A && true"},
    {ERROR_OK, "{\"a\":1, b:2, c:{}}.a"},
    {ERROR_OK, "[1].contains(1)"},
    {ERROR_OK, "\"a\".contains(1)"},
    {ERROR_OK, "A::\"a\".b"},
    {ERROR_OK, "A::\"a\"[\"b\"]"},
    {ERROR_OK, "1.foo"},
    {ERROR_OK, "-1.foo"},
    {ERROR_OK, "-context.a"},
    {ERROR_OK, "-5 .isEmpty()"},
    {ERROR_OK, "!context.a"},
    {ERROR_OK, "ip(\"1\").isIpv4()"},
    {ERROR_OK, "if (true) then true else (false)"},
    {ERROR_OK, "context . a . b"},
    {ERROR_OK, "context. a"},
    {ERROR_OK, "principal.hasTag(\"a\").x"},
    {ERROR_OK, "[1,2,3].containsAll([1]).foo"},
    {ERROR_OK, "\"a\\\"b\\'c\\0\\t\" == 1"},
    {ERROR_OK, "1 >= 2"},
    {ERROR_OK, "1 >= 2 && 2 > 1"},
    {ERROR_OK, "---9223372036854775808==1"},
    {ERROR_OK, "-(-9223372036854775808)==1"},
    {ERROR_OK, "principal.isInRange(ip(\"a\"))"},
    {ERROR_OK, "ip(\"1\",)"},
    {ERROR_OK, "principal has a.b.c.d && true"},
    {ERROR_OK, "{ \"\": 1 } == 1"},
    {ERROR_OK, "\"x\" like \"*\\*\\u{2a}\\x2a\""},
    {ERROR_OK, "\"a\tb\"==\"\""},
    {ERROR_OK, "\"\177\001\"==\"\""},
    {ERROR_OK, "1 is Long"},
    {ERROR_OK, "(1)"},
    {ERROR_OK, "((1) + (2))==3"},
    {ERROR_OK, "(principal).a"},
    {ERROR_OK, "(A::\"b\").c"},
    {ERROR_OK, "(decimal(\"1.0\")).lessThan(decimal(\"1.0\"))"},
    {ERROR_OK, "true && (false)"},
    {ERROR_OK, "-(1)"},
    {ERROR_OK, "!(true)"},
    {ERROR_OK, "!(!(!(!(!(!(true))))))"},
    {ERROR_OK, "-(-(-(-(-(1)))))==1"},
    {ERROR_OK, "(context).a"},
    {ERROR_OK, "((principal)) in B::\"b\""},
    {ERROR_OK, "decimal(\"1\").lessThan()"},
    {ERROR_OK, "ip(\"1\").isIpv4(1)"},
    {ERROR_OK, "ip(\"1\").isInRange()"},
    {ERROR_OK, "datetime()"},
    {ERROR_OK, "principal.toDate(1)"},
    {ERROR_OK, "decimal(1)"},
    {ERROR_OK, "- -5 == 5"},
    {ERROR_OK, "-5 - -5 == 0"},
    {ERROR_OK, "-  5==1"},
    {ERROR_OK, "1--1==2"},
    {ERROR_OK, "!!true"},
    {ERROR_OK, "!!!!false"},
    {ERROR_OK, "\"\\u{1F600}\"==\"\""},
    {ERROR_OK, "\"\\u{FfFf}\"==\"\""},
    {ERROR_OK, "\"\\u{000041}\"==\"\""},
    {ERROR_OK, "\"\\u{0_0_0_0_4_1}\"==\"\""},
    {ERROR_OK, "\"\\u{41_}\"==\"\""},
    {ERROR_OK, "\"\\u{10FFFF}\"==\"\""},
    {ERROR_OK, "principal has \"\""},
    {ERROR_OK, "context.a.b.hasTag(\"x\") && context[\"if\"]"},
    {ERROR_OK, "principal.ip"},
    {ERROR_OK, "-principal.x"},
    {ERROR_OK, "- - principal"},
    {ERROR_OK, "-true"},
    {ERROR_OK, "!1"},
    {ERROR_OK, "1 + true"},
    {ERROR_OK, "[] + 1"},
    {ERROR_OK, "principal is A in [B::\"b\"]"},
    {ERROR_OK, "A::B::C::\"\"==1"},
    {ERROR_CEDAR_ARITY, "principal.contains()"},
    {ERROR_CEDAR_ARITY, "principal.contains(1,2)"},
    {ERROR_CEDAR_ARITY, "context.a.isEmpty(1)"},
    {ERROR_CEDAR_ARITY, "principal.hasTag()"},
    {ERROR_CEDAR_ARITY, "principal.getTag(1,2)"},
    {ERROR_CEDAR_ARITY, "principal.isEmpty(1)"},
    {ERROR_CEDAR_CHAINED, "1<2<3"},
    {ERROR_CEDAR_CHAINED, "1==2==3"},
    {ERROR_CEDAR_CHAINED, "principal in A::\"a\" in B::\"b\""},
    {ERROR_CEDAR_CHAINED, "principal is A is B"},
    {ERROR_CEDAR_CHAINED, "principal has a has b"},
    {ERROR_CEDAR_CHAINED, "\"a\" like \"b\" like \"c\""},
    {ERROR_CEDAR_CHAINED, "principal == principal in x"},
    {ERROR_CEDAR_CHAINED, "1 in 2 in 3"},
    {ERROR_CEDAR_CHAINED, "1<2==true"},
    {ERROR_CEDAR_DUPLICATE_KEY, "{a:1,\"a\":2} == 1"},
    {ERROR_CEDAR_DUPLICATE_KEY, "{\"a\":1,a:2}==1"},
    {ERROR_CEDAR_DUPLICATE_KEY, "{\"a\\u{41}\": 1, \"aA\": 2} == 1"},
    {ERROR_CEDAR_ESCAPE, "\"a\rb\" == \"x\""},
    {ERROR_CEDAR_ESCAPE, "\"a\r\nb\" == \"x\""},
    {ERROR_CEDAR_ESCAPE, "\"\\*\" == \"x\""},
    {ERROR_CEDAR_ESCAPE, "\"\\x80\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{d800}\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{110000}\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{0000041}\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{}\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{_4}\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "A::\"\\*\"==1"},
    {ERROR_CEDAR_ESCAPE, "\"a\\qb\"==1"},
    {ERROR_CEDAR_ESCAPE, "\"\\u{ 41}\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u41\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"\\x4\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"\\xg0\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "\"a\\\r\nb\"==\"\""},
    {ERROR_CEDAR_ESCAPE, "principal has \"a\\*\""},
    {ERROR_CEDAR_ESCAPE, "\"a\" like \"\\q\""},
    {ERROR_CEDAR_ESCAPE, "\"a\" like \"a\rb\""},
    {ERROR_CEDAR_FUNCTION, "foo(1)"},
    {ERROR_CEDAR_FUNCTION, "principal.foo()"},
    {ERROR_CEDAR_FUNCTION, "contains(principal,1)"},
    {ERROR_CEDAR_FUNCTION, "ip(\"a\").decimal(\"1.0\")"},
    {ERROR_CEDAR_FUNCTION, "lessThan(1,2)"},
    {ERROR_CEDAR_FUNCTION, "principal.decimal()"},
    {ERROR_CEDAR_FUNCTION, "A::decimal(\"1\")"},
    {ERROR_CEDAR_FUNCTION, "principal.a()"},
    {ERROR_CEDAR_FUNCTION, "principal(1)"},
    {ERROR_CEDAR_FUNCTION, "principal::contains(1)"},
    {ERROR_CEDAR_FUNCTION, "context .a()"},
    {ERROR_CEDAR_FUNCTION, "isIpv4(ip(\"1.1.1.1\"))"},
    {ERROR_CEDAR_INTEGER, "9223372036854775808==1"},
    {ERROR_CEDAR_INTEGER, "-(9223372036854775808)==1"},
    {ERROR_CEDAR_INTEGER, "-9223372036854775809==1"},
    {ERROR_CEDAR_INTEGER, "99999999999999999999999==1"},
    {ERROR_CEDAR_INTEGER, "18446744073709551616==1"},
    {ERROR_CEDAR_INTEGER, "18446744073709551615==1"},
    {ERROR_CEDAR_OPERATOR, "1/2"},
    {ERROR_CEDAR_OPERATOR, "1%2"},
    {ERROR_CEDAR_OPERATOR, "1 = 2"},
    {ERROR_CEDAR_RESERVED, "1 + if true then 1 else 2"},
    {ERROR_CEDAR_RESERVED, "context.if"},
    {ERROR_CEDAR_RESERVED, "context.true"},
    {ERROR_CEDAR_RESERVED, "context.in"},
    {ERROR_CEDAR_RESERVED, "context.like"},
    {ERROR_CEDAR_RESERVED, "context.__cedar"},
    {ERROR_CEDAR_RESERVED, "context has if"},
    {ERROR_CEDAR_RESERVED, "context has true"},
    {ERROR_CEDAR_RESERVED, "context has a.if"},
    {ERROR_CEDAR_RESERVED, "{if:1}==1"},
    {ERROR_CEDAR_RESERVED, "{true:1}==1"},
    {ERROR_CEDAR_RESERVED, "principal is if"},
    {ERROR_CEDAR_RESERVED, "__cedar::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "__cedar::A::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "A::__cedar::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "A::if::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "in::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "is::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "has::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "like::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "then::\"a\"==1"},
    {ERROR_CEDAR_RESERVED, "then == 1"},
    {ERROR_CEDAR_RESERVED, "true && if true then true else false"},
    {ERROR_CEDAR_RESERVED, "true == if true then true else false"},
    {ERROR_CEDAR_RESERVED, "!if true then true else false"},
    {ERROR_CEDAR_RESERVED, "context has __cedar"},
    {ERROR_CEDAR_RESERVED, "context is __cedar::Long"},
    {ERROR_CEDAR_RESERVED, "{__cedar:1}==1"},
    {ERROR_CEDAR_STRING, "\"a\\\n  b\" == \"ab\""},
    {ERROR_CEDAR_STRING, "\"abc"},
    {ERROR_CEDAR_STRING, "\"a"},
    {ERROR_CEDAR_STRING, "\"a\\\n\302\240b\"==\"\""},
    {ERROR_CEDAR_SYNTAX, "!-1"},
    {ERROR_CEDAR_SYNTAX, "-!true"},
    {ERROR_CEDAR_SYNTAX, "a"},
    {ERROR_CEDAR_SYNTAX, "context has \"a\".b"},
    {ERROR_CEDAR_SYNTAX, "context has a.\"b\""},
    {ERROR_CEDAR_SYNTAX, "context has a[\"b\"]"},
    {ERROR_CEDAR_SYNTAX, "[,]==1"},
    {ERROR_CEDAR_SYNTAX, "{,}==1"},
    {ERROR_CEDAR_SYNTAX, "principal is \"a\""},
    {ERROR_CEDAR_SYNTAX, "principal like principal"},
    {ERROR_CEDAR_SYNTAX, "principal has 1"},
    {ERROR_CEDAR_SYNTAX, "if::\"a\"==1"},
    {ERROR_CEDAR_SYNTAX, "true::\"a\"==1"},
    {ERROR_CEDAR_SYNTAX, "context.\"a\""},
    {ERROR_CEDAR_SYNTAX, "context[a]"},
    {ERROR_CEDAR_SYNTAX, "context[1]"},
    {ERROR_CEDAR_SYNTAX, "A"},
    {ERROR_CEDAR_SYNTAX, "A::B"},
    {ERROR_CEDAR_SYNTAX, "decimal"},
    {ERROR_CEDAR_SYNTAX, "decimal == 1"},
    {ERROR_CEDAR_SYNTAX, "(decimal)(\"1\")"},
    {ERROR_CEDAR_SYNTAX, "a1a"},
    {ERROR_CEDAR_SYNTAX, "1a"},
    {ERROR_CEDAR_SYNTAX, "1_000"},
    {ERROR_CEDAR_SYNTAX, "\"a\"\"b\""},
    {ERROR_CEDAR_SYNTAX, "(true"},
    {ERROR_CEDAR_SYNTAX, "()"},
    {ERROR_CEDAR_SYNTAX, "if true then true"},
    {ERROR_CEDAR_SYNTAX, "1 =="},
    {ERROR_CEDAR_SYNTAX, "== 1"},
    {ERROR_CEDAR_SYNTAX, "1 <> 2"},
    {ERROR_CEDAR_SYNTAX, "a::b::c::d"},
    {ERROR_CEDAR_SYNTAX, "principal?"},
    {ERROR_CEDAR_SYNTAX, "context.a?"},
    {ERROR_CEDAR_SYNTAX, "true;"},
    {ERROR_CEDAR_SYNTAX, "ip.isIpv4()"},
    {ERROR_CEDAR_SYNTAX, "context has \"a\" . b"},
    {ERROR_CEDAR_SYNTAX, "principal has (\"a\")"},
    {ERROR_CEDAR_SYNTAX, "principal has (a)"},
    {ERROR_CEDAR_SYNTAX, "principal has (a.b)"},
    {ERROR_CEDAR_SYNTAX, "\"a\" like (\"b\")"},
    {ERROR_CEDAR_SYNTAX, "principal is (A)"},
    {ERROR_CEDAR_SYNTAX, "principal is (A) in (B::\"b\")"},
    {ERROR_CEDAR_SYNTAX, "context[(\"a\")]"},
    {ERROR_CEDAR_SYNTAX, "{(\"a\"):1}==1"},
    {ERROR_CEDAR_SYNTAX, "{(a):1}==1"},
    {ERROR_CEDAR_SYNTAX, "true//"},
    {ERROR_CEDAR_SYNTAX, "principal is A in B"},
    {ERROR_CEDAR_TEMPLATE, "?principal == principal"},
    {ERROR_CEDAR_TOKEN, "1\342\200\213==1"},
    {ERROR_CEDAR_TOKEN, "\303\251::\"x\"==1"},
    {ERROR_CEDAR_TOKEN, "context.\303\251"},
    {ERROR_CEDAR_TOKEN, "'a'==1"},
    {ERROR_CEDAR_TOKEN, "1 & 2"},
    {ERROR_CEDAR_TOKEN, "1 | 2"},
    {ERROR_CEDAR_TOKEN, "~1"},
    {ERROR_CEDAR_TOKEN, "#"},
    {ERROR_CEDAR_TOKEN, "$a"},
    {ERROR_CEDAR_UNARY, "!!!!!true"},
    {ERROR_CEDAR_UNARY, "-----1==1"},
    /* White space is what Unicode calls so, and nothing else. */
    {ERROR_OK, "true\302\205&& true"},
    {ERROR_OK, "true\302\240&& true"},
    {ERROR_OK, "true\341\232\200&& true"},
    {ERROR_OK, "true\342\200\200&& true"},
    {ERROR_OK, "true\342\200\212&& true"},
    {ERROR_OK, "true\342\200\250&& true"},
    {ERROR_OK, "true\342\200\251&& true"},
    {ERROR_OK, "true\342\200\257&& true"},
    {ERROR_OK, "true\342\201\237&& true"},
    {ERROR_OK, "true\343\200\200&& true"},
    {ERROR_CEDAR_TOKEN, "true\302\206&& true"},
    {ERROR_CEDAR_TOKEN, "true\302\241&& true"},
    {ERROR_CEDAR_TOKEN, "true\341\232\201&& true"},
    {ERROR_CEDAR_TOKEN, "true\341\235\200&& true"},
    {ERROR_CEDAR_TOKEN, "true\342\200\214&& true"},
    {ERROR_CEDAR_TOKEN, "true\342\200\252&& true"},
    {ERROR_CEDAR_TOKEN, "true\342\200\260&& true"},
    {ERROR_CEDAR_TOKEN, "true\342\201\236&& true"},
    {ERROR_CEDAR_TOKEN, "true\342\201\240&& true"},
    {ERROR_CEDAR_TOKEN, "true\342\204\200&& true"},
    {ERROR_CEDAR_TOKEN, "true\343\200\201&& true"},
    {ERROR_CEDAR_TOKEN, "true\343\201\200&& true"},
    {ERROR_CEDAR_TOKEN, "true\360\237\230\200&& true"},
    {ERROR_CEDAR_TOKEN, "true\303\251&& true"},
    {ERROR_CEDAR_SYNTAX, "context[1]"},
    {ERROR_CEDAR_SYNTAX, "context[\"a\""},
    {ERROR_CEDAR_SYNTAX, "context[\"a\" 1]"},
    {ERROR_CEDAR_SYNTAX, "if true else 1"},
    {ERROR_CEDAR_SYNTAX, "if true then 1"},
    {ERROR_CEDAR_SYNTAX, "if true then 1 else"},
    {ERROR_CEDAR_SYNTAX, "if"},
    {ERROR_CEDAR_STRING, "if \""},
    {ERROR_CEDAR_SYNTAX, "{a 1}"},
    {ERROR_CEDAR_SYNTAX, "{a: 1 b: 2}"},
    {ERROR_CEDAR_SYNTAX, "[1 2]"},
    {ERROR_CEDAR_SYNTAX, "[1"},
    {ERROR_CEDAR_SYNTAX, "A::1 == 1"},
    {ERROR_CEDAR_SYNTAX, "A::B"},
    {ERROR_CEDAR_FUNCTION, "A::B("},
    {ERROR_CEDAR_RESERVED, "A::if::\"x\" == 1"},
    {ERROR_CEDAR_ESCAPE, "context[\"\\q\"]"},
    {ERROR_CEDAR_ESCAPE, "{\"\\q\": 1}"},
    {ERROR_CEDAR_ESCAPE, "context has \"\\q\""},
    {ERROR_CEDAR_ESCAPE, "\"a\" like \"\\q\""},
    {ERROR_CEDAR_ESCAPE, "A::\"\\q\" == 1"},
    {ERROR_CEDAR_ESCAPE, "A::B::\"\\u{}\" == 1"},
    {ERROR_CEDAR_ESCAPE, "\"\\u{_61}\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{1234567}\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{110000}\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{d800}\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u{dfff}\""},
    {ERROR_CEDAR_ESCAPE, "\"\\x80\""},
    {ERROR_CEDAR_ESCAPE, "\"\\x4\""},
    {ERROR_CEDAR_ESCAPE, "\"\\u61\""},
    {ERROR_CEDAR_ESCAPE, "\"\\*\""},
    {ERROR_CEDAR_ESCAPE, "\"a\rb\""},
    {ERROR_CEDAR_ESCAPE, "\"a\" like \"a\rb\""},
    {ERROR_OK, "\"\\x7f\\u{0}\\u{d7ff}\\u{e000}\\u{10ffff}\" == \"\""},
    {ERROR_CEDAR_TOKEN, "true #"},
    {ERROR_CEDAR_TOKEN, "(#"},
    {ERROR_CEDAR_TOKEN, "[#"},
    {ERROR_CEDAR_TOKEN, "[1,#"},
    {ERROR_CEDAR_TOKEN, "{#"},
    {ERROR_CEDAR_TOKEN, "{a:#"},
    {ERROR_CEDAR_TOKEN, "{a: 1,#"},
    {ERROR_CEDAR_TOKEN, "context.#"},
    {ERROR_CEDAR_TOKEN, "context.a#"},
    {ERROR_CEDAR_TOKEN, "context[#"},
    {ERROR_CEDAR_TOKEN, "context[\"a\"#"},
    {ERROR_CEDAR_TOKEN, "A#"},
    {ERROR_CEDAR_TOKEN, "A::#"},
    {ERROR_CEDAR_TOKEN, "A::\"x\"#"},
    {ERROR_CEDAR_TOKEN, "A::B#"},
    {ERROR_CEDAR_TOKEN, "ip(#"},
    {ERROR_CEDAR_TOKEN, "1 +#"},
    {ERROR_CEDAR_TOKEN, "-#"},
    {ERROR_CEDAR_TOKEN, "-1#"},
    {ERROR_CEDAR_TOKEN, "!#"},
    {ERROR_CEDAR_TOKEN, "1 <#"},
    {ERROR_CEDAR_TOKEN, "1 has#"},
    {ERROR_CEDAR_TOKEN, "1 has a#"},
    {ERROR_CEDAR_TOKEN, "1 has a.#"},
    {ERROR_CEDAR_TOKEN, "1 has \"a\"#"},
    {ERROR_CEDAR_TOKEN, "\"a\" like#"},
    {ERROR_CEDAR_TOKEN, "\"a\" like \"b\"#"},
    {ERROR_CEDAR_TOKEN, "1 is#"},
    {ERROR_CEDAR_TOKEN, "1 is A#"},
    {ERROR_CEDAR_TOKEN, "1 is A in#"},
    {ERROR_CEDAR_TOKEN, "if#"},
    {ERROR_CEDAR_TOKEN, "if true#"},
    {ERROR_CEDAR_TOKEN, "if true then#"},
    {ERROR_CEDAR_TOKEN, "if true then 1#"},
    {ERROR_CEDAR_TOKEN, "if true then 1 else#"},
    {ERROR_CEDAR_TOKEN, "context.contains(#"},
    {ERROR_CEDAR_TOKEN, "context.isEmpty()#"},
    {ERROR_CEDAR_TOKEN, "{a#"},
    {ERROR_CEDAR_TOKEN, "{\"a\"#"},
    {ERROR_CEDAR_TOKEN, "\"a\"#"},
    {ERROR_CEDAR_TOKEN, "true#"},
    {ERROR_CEDAR_TOKEN, "1#"},
    {ERROR_CEDAR_STRING, "\"a\\"},
    {ERROR_CEDAR_STRING, "\"a\\\n\""},
    {ERROR_CEDAR_INTEGER, "1 + 9223372036854775809"},
    {ERROR_CEDAR_INTEGER, "18446744073709551616 == 1"},
    {ERROR_CEDAR_INTEGER, "- 9223372036854775809 == 1"},
    {ERROR_CEDAR_INTEGER, "9223372036854775808 == 1"},
    {ERROR_OK, "-9223372036854775808 == 1"},
    {ERROR_CEDAR_INTEGER, "-9223372036854775808[\"a\"] == 1"},
    {ERROR_CEDAR_INTEGER, "-9223372036854775808.a == 1"},
    {ERROR_OK, "-1[\"a\"] == 1"},
    {ERROR_CEDAR_DUPLICATE_KEY, "{a: 1, b: 2, b: 3, a: 4} == 1"},
    {ERROR_CEDAR_DUPLICATE_KEY, "{b: 1, a: 2, a: 3, b: 4} == 1"},
    {ERROR_CEDAR_DUPLICATE_KEY, "{a: 1, a: 2, a: 3} == 1"},
    {ERROR_CEDAR_DUPLICATE_KEY, "{a: 1, \"\\u{61}\": 2} == 1"},
    {ERROR_CEDAR_ARITY, "[1].contains()"},
    {ERROR_CEDAR_ARITY, "[1].isEmpty(1)"},
    {ERROR_CEDAR_FUNCTION, "context.ip(\"a\")"},
    {ERROR_CEDAR_FUNCTION, "isIpv4(1)"},
    {ERROR_CEDAR_FUNCTION, "A::ip(\"a\")"},
    {ERROR_CEDAR_CHAINED, "1 == 2 == 3"},
    {ERROR_CEDAR_CHAINED, "1 in 2 in 3"},
    {ERROR_CEDAR_CHAINED, "1 has a has b"},
    {ERROR_CEDAR_CHAINED, "1 is A is B"},
    {ERROR_CEDAR_CHAINED, "1 is A in 2 in 3"},
    {ERROR_CEDAR_CHAINED, "\"a\" like \"b\" like \"c\""},
    {ERROR_CEDAR_CHAINED, "1 < 2 > 3"},
    {ERROR_CEDAR_OPERATOR, "4 / 2 == 2"},
    {ERROR_CEDAR_OPERATOR, "4 % 2 == 2"},
    {ERROR_CEDAR_OPERATOR, "1 = 2"},
};

/* Whole policies, likewise. */
static const struct row policies[] = {
    {ERROR_OK, ""},
    {ERROR_OK, "permit(principal,action,resource);"},
    {ERROR_OK, "permit(principal,action,resource) when {true} when {true} unless {false};"},
    {ERROR_OK, "permit(principal,action,resource,);"},
    {ERROR_OK, "permit(principal == A::\"a\",action,resource);"},
    {ERROR_OK, "permit(principal in A::\"a\",action,resource);"},
    {ERROR_OK, "permit(principal is A,action,resource);"},
    {ERROR_OK, "permit(principal is A in B::\"b\",action,resource);"},
    {ERROR_OK, "permit(principal,action in [],resource);"},
    {ERROR_OK, "permit(principal,action in [Action::\"a\",],resource);"},
    {ERROR_OK, "permit(principal,action in [Action::\"a\",A::Action::\"a\"],resource);"},
    {ERROR_OK, "permit(principal,action == Action::\"a\",resource);"},
    {ERROR_OK, "permit(principal,action in Action::\"a\",resource);"},
    {ERROR_OK, "permit(principal == (A::\"a\"),action,resource);"},
    {ERROR_OK, "@a permit(principal,action,resource);"},
    {ERROR_OK, "@a(\"x\") @b permit(principal,action,resource);"},
    {ERROR_OK, "@if(\"x\") permit(principal,action,resource);"},
    {ERROR_OK, "@permit(\"x\") permit(principal,action,resource);"},
    {ERROR_OK,
     "@true(\"x\") @in @like @has @is @principal @when @then permit(principal,action,resource);"},
    {ERROR_OK, "@__cedar permit(principal,action,resource);"},
    {ERROR_OK, "@ a ( \"x\" ) permit(principal,action,resource);"},
    {ERROR_OK, "// c"},
    {ERROR_OK, "permit(principal == A::B::\"c\",action,resource);"},
    {ERROR_OK, "permit(principal in A :: \"b\",action,resource);"},
    {ERROR_OK, "permit(principal in (A::\"a\"),action,resource);"},
    {ERROR_OK, "permit(principal,action in ([Action::\"a\"]),resource);"},
    {ERROR_OK, "permit(principal,action in [(Action::\"a\")],resource);"},
    {ERROR_OK, "permit(principal in (((A::\"a\"))),action,resource);"},
    {ERROR_OK, "// c\rpermit(principal,action,resource);"},
    {ERROR_OK, "permit(principal,action,resource) when {true}unless{false};"},
    {ERROR_OK, "permit(principal,action,resource)when{true};permit(principal,action,resource);"},
    {ERROR_CEDAR_DUPLICATE_ANNOTATION, "@a(\"x\") @a(\"x\") permit(principal,action,resource);"},
    {ERROR_CEDAR_ESCAPE, "@a(\"x\\*\") permit(principal,action,resource);"},
    {ERROR_CEDAR_RESERVED, "permit(principal is if,action,resource);"},
    {ERROR_CEDAR_RESERVED, "permit(principal is __cedar::A,action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal,resource,action);"},
    {ERROR_CEDAR_SCOPE, "permit(action,principal,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal in [A::\"a\"],action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal is A in [B::\"b\"],action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal,action in [User::\"a\"],resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal,action == User::\"a\",resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal,action == [Action::\"a\"],resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal,action is Action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal != A::\"a\",action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit((principal),action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal: A,action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal,action in [[Action::\"a\"]],resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action,resource)"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action,resource) when {};"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal is A == B::\"b\",action,resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal == 1,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal == principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "@a(x) permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "@a() permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "@a(1) permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "@a::b(\"x\") permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "Permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action,resource);;"},
    {ERROR_CEDAR_SYNTAX, "/* c */permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action,resource) If {true};"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action,resource) advice {true};"},
    {ERROR_CEDAR_SYNTAX, "permit(principal == A,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal is A::\"b\",action,resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action==Action::{a:1},resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal is (A),action,resource);"},
    {ERROR_CEDAR_TEMPLATE, "permit(principal == ?principal,action,resource);"},
    {ERROR_CEDAR_TEMPLATE, "permit(principal,action in ?action,resource);"},
    {ERROR_CEDAR_TEMPLATE, "permit(principal,action == ?resource,resource);"},
    {ERROR_CEDAR_TEMPLATE, "permit(principal,action,resource == ?principal);"},
    {ERROR_CEDAR_TEMPLATE, "permit(principal,action,resource)when{?principal==principal};"},
    {ERROR_CEDAR_TEMPLATE, "permit(principal,action in [?principal],resource);"},
    {ERROR_CEDAR_TEMPLATE, "permit(principal is A in ?principal,action,resource);"},
    {ERROR_CEDAR_TOKEN, "\357\273\277permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "// c\rpermit"},
    {ERROR_CEDAR_STRING, "permit(principal,action,resource)when{\"\\"},
    {ERROR_CEDAR_SYNTAX, "// c\npermit"},
    {ERROR_CEDAR_SYNTAX, "@ 1 permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "@a(\"x\" permit(principal,action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal,action is Action,resource);"},
    {ERROR_CEDAR_SCOPE, "permit(principal,action ! Action::\"a\",resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal == (A::\"a\",action,resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action in ([Action::\"a\"],resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action in [Action::\"a\" Action::\"b\"],resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal,action in [Action::\"a\";,resource);"},
    {ERROR_CEDAR_DUPLICATE_ANNOTATION, "@a @b @a permit(principal,action,resource);"},
    {ERROR_CEDAR_DUPLICATE_ANNOTATION, "@b @a @c @d @a permit(principal,action,resource);"},
    {ERROR_CEDAR_SYNTAX, "permit(principal == A::\"a\"::\"b\",action,resource);"},
    {ERROR_CEDAR_TOKEN, "#"},
    {ERROR_CEDAR_TOKEN, "@#"},
    {ERROR_CEDAR_TOKEN, "@a#"},
    {ERROR_CEDAR_TOKEN, "@a(#"},
    {ERROR_CEDAR_TOKEN, "@a(\"x\"#"},
    {ERROR_CEDAR_TOKEN, "@a(\"x\")#"},
    {ERROR_CEDAR_TOKEN, "permit#"},
    {ERROR_CEDAR_TOKEN, "permit(#"},
    {ERROR_CEDAR_TOKEN, "permit(principal#"},
    {ERROR_CEDAR_TOKEN, "permit(principal ==#"},
    {ERROR_CEDAR_TOKEN, "permit(principal == (#"},
    {ERROR_CEDAR_TOKEN, "permit(principal == A::\"a\"#"},
    {ERROR_CEDAR_TOKEN, "permit(principal == (A::\"a\"#"},
    {ERROR_CEDAR_TOKEN, "permit(principal == (A::\"a\")#"},
    {ERROR_CEDAR_TOKEN, "permit(principal in#"},
    {ERROR_CEDAR_TOKEN, "permit(principal is#"},
    {ERROR_CEDAR_TOKEN, "permit(principal is A#"},
    {ERROR_CEDAR_TOKEN, "permit(principal is A in#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action ==#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action in#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action in (#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action in [#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action in [(#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action in [Action::\"a\"#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action in [Action::\"a\",#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action in [Action::\"a\"]#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action,resource#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action,resource,#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action,resource)#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action,resource)when#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action,resource)when{#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action,resource)when{true}#"},
    {ERROR_CEDAR_TOKEN, "permit(principal,action,resource);#"},
};

/* Reads a text into a set of its own. */
static enum error read_text(struct bytes text, struct fault *fault, struct cedar_policies **ret_set)
{
    assert_int_equal(cedar_policies_create(ret_set), ERROR_OK);
    return cedar_policies_add(*ret_set, text, NULL, fault);
}

static void print_all(struct buffer *buffer, const struct cedar_policies *set)
{
    for (size_t i = 0; i < cedar_policies_count(set); i++)
        cedar_print_policy(buffer, cedar_policies_at(set, i));
}

/* What is read and printed reads and prints the same. */
static void assert_prints_back(const struct cedar_policies *set)
{
    struct buffer once = {0}, twice = {0};
    struct cedar_policies *again;
    print_all(&once, set);
    assert_int_equal(read_text(buffer_view(&once), NULL, &again), ERROR_OK);
    print_all(&twice, again);
    assert_string_equal(buffer_text(&once), buffer_text(&twice));
    cedar_policies_free(again);
    buffer_free(&once);
    buffer_free(&twice);
}

static void check_row(enum error expected, const char *text)
{
    struct fault fault = {0};
    struct cedar_policies *set;
    enum error error = read_text(bytes_of(text), &fault, &set);
    if (error != expected)
        print_error("%s\n", text);
    assert_int_equal(error, expected);
    if (error)
        assert_non_null(strstr(fault.place, "line "));
    else
        assert_prints_back(set);
    cedar_policies_free(set);
}

static void conditions_are_read_as_the_language_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++) {
        char text[400];
        snprintf(
            text, sizeof text, "permit(principal,action,resource) when { %s };",
            conditions[i].text);
        check_row(conditions[i].error, text);
    }
}

static void policies_are_read_as_the_language_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
        check_row(policies[i].error, policies[i].text);
}

/* Text in, canonical text out: where parentheses and quotes are needed and where not. */
static void printing_is_canonical(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"((1)+(2))*3==9", "(1 + 2) * 3 == 9"},
        {"1+2*3==7", "1 + 2 * 3 == 7"},
        {"true||false&&true", "true || false && true"},
        {"(true||false)&&true", "(true || false) && true"},
        {"(1<2)==(3<4)", "(1 < 2) == (3 < 4)"},
        {"!(1<2)", "!(1 < 2)"},
        {"(\"a\" like \"b\") == true", "(\"a\" like \"b\") == true"},
        {"-(2)*3-1==0", "-(2) * 3 - 1 == 0"},
        {"1-(2-3)-4==0", "1 - (2 - 3) - 4 == 0"},
        {"\"\\r\\n\\t\\0\" == \"\"", "\"\\r\\n\\t\\0\" == \"\""},
        {"\"*\" == \"\"", "\"*\" == \"\""},
        {"{\"\": 1, \"1a\": 2, \"a-\": 3}", "{\"\": 1, \"1a\": 2, \"a-\": 3}"},
        {"1-(2-3)==2", "1 - (2 - 3) == 2"},
        {"(1-2)-3==2", "1 - 2 - 3 == 2"},
        {"(true&&false)||true", "true && false || true"},
        {"true&&(false||true)", "true && (false || true)"},
        {"true||(false||true)", "true || (false || true)"},
        {"!(true&&false)", "!(true && false)"},
        {"-(5)", "-(5)"},
        {"--5", "-(-5)"},
        {"-5", "-5"},
        {"-1.x", "-1.x"},
        {"(-1).x", "(-1).x"},
        {"!(-1)", "!(-1)"},
        {"----(-x.y)", NULL},
        {"----(-context.y)", "----(-context.y)"},
        {"context[\"a b\"][\"c\"]", "context[\"a b\"].c"},
        {"context[\"if\"]", "context[\"if\"]"},
        {"{\"a\":1,\"b c\":2,\"in\":3}", "{a: 1, \"b c\": 2, \"in\": 3}"},
        {"(if true then 1 else 2)+1", "(if true then 1 else 2) + 1"},
        {"if true then if false then 1 else 2 else 3",
         "if true then if false then 1 else 2 else 3"},
        {"\"a*\\u{7}\\\"\" like \"\\**\\\\\"", "\"a*\\u{7}\\\"\" like \"\\**\\\\\""},
        {"A :: B :: \"x\"", "A::B::\"x\""},
        {"principal is A::B in (C::\"d\")", "principal is A::B in C::\"d\""},
        {"(principal has a.b) == true", "(principal has a.b) == true"},
        {"principal has \"a\"", "principal has a"},
        {"(1 < 2) == true", "(1 < 2) == true"},
        {"[1,2,].contains(1,)", "[1, 2].contains(1)"},
        {"ip(\"::1\").isInRange(ip(\"::/0\"))", "ip(\"::1\").isInRange(ip(\"::/0\"))"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct buffer out = {0};
        const struct cedar_expr *expr;
        enum error error = cedar_expr_parse(bytes_of(rows[i][0]), &arena, NULL, &expr);
        assert_int_equal(error == ERROR_OK, rows[i][1] != NULL);
        if (!error) {
            cedar_print_expr(&out, expr);
            assert_string_equal(buffer_text(&out), rows[i][1]);
        }
        buffer_free(&out);
        arena_free(&arena);
    }
}

static void the_tree_knows_its_places(void **state)
{
    (void)state;
    static const char text[] =
        "// \xC3\xA9\n@clause(\"4\") @b\n  forbid (principal is A, action in\n"
        "[Action::\"x\"], resource)\nwhen { \"\xC3\xA9\" == context.a }\n"
        "unless { (principal) in A::\"b\" };\npermit(principal,action,resource);";
    struct cedar_policies *set;
    assert_int_equal(read_text(bytes_of(text), NULL, &set), ERROR_OK);
    assert_int_equal(cedar_policies_count(set), 2);
    const struct cedar_policy *policy = cedar_policies_at(set, 0);
    assert_true(bytes_equal_text(policy->id, "policy0"));
    assert_int_equal(policy->effect, CEDAR_FORBID);
    assert_int_equal(policy->span.start.line, 2);
    assert_int_equal(policy->span.start.column, 1);
    assert_int_equal(text[policy->span.end - 1], ';');
    assert_int_equal(cedar_policy_text(policy).data[0], '@');
    assert_int_equal(policy->annotation_count, 2);
    assert_true(bytes_equal_text(cedar_policy_annotation(policy, "clause")->value, "4"));
    assert_false(cedar_policy_annotation(policy, "b")->has_value);
    assert_null(cedar_policy_annotation(policy, "c"));
    assert_int_equal(policy->principal.kind, CEDAR_SCOPE_IS);
    assert_true(bytes_equal_text(policy->principal.type, "A"));
    assert_int_equal(policy->action.kind, CEDAR_SCOPE_IN);
    assert_true(policy->action.list);
    assert_int_equal(policy->action.entities[0].span.start.line, 4);
    assert_int_equal(policy->condition_count, 2);
    const struct cedar_expr *body = policy->conditions[0].body;
    assert_int_equal(body->kind, CEDAR_EXPR_EQUAL);
    assert_int_equal(body->span.start.column, 8);
    /* Columns count characters: the string of one of two bytes is three wide. */
    assert_int_equal(body->operands[1]->span.start.column, 15);
    assert_int_equal(body->operands[1]->get.name_span.start.column, 23);
    assert_true(policy->conditions[1].unless);
    body = policy->conditions[1].body;
    assert_true(
        bytes_equal_text(cedar_span_text(policy->source, body->span), "(principal) in A::\"b\""));
    cedar_policies_free(set);
}

static void faults_say_where_and_what(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"permit(principal,action,resource)\n  when { context.a ~ 1 };",
         "line 2, column 20: not a token of Cedar (\"~\")"},
        {"permit(principal,action,resource) when { \"a\\qb\" == 1 };",
         "line 1, column 44: not an escape of Cedar (expected one of \\n \\r \\t \\\\ \\0 \\' \\\" "
         "\\xNN "
         "\\u{...}, found \"\\\\q\")"},
        {"permit(principal,action,resource) when { context.f(1) };",
         "line 1, column 50: not a function or method of Cedar (expected a method of the language, "
         "found \"f\")"},
        {"permit(principal == ?principal,action,resource);",
         "line 1, column 21: a slot where none may stand (expected Type::\"id\", found "
         "`?principal`)"},
        {"permit(principal,action,resource) when { [1].contains() };",
         "line 1, column 46: wrong number of arguments (expected 1, found 0 for contains)"},
        {"permit(principal,action,resource)",
         "line 1, column 34: not Cedar here (expected when, unless, or `;`, found the end of the "
         "text)"},
        {"permit(principal,action,resource) whenThisIsLongerThanFortyCharactersAndSoItIsCut;",
         "line 1, column 35: not Cedar here (expected when, unless, or `;`, found "
         "`whenThisIsLongerThanFortyCharactersAndSo...`)"},
        {"permit(principal,action,resource) \"when\";",
         "line 1, column 35: not Cedar here (expected when, unless, or `;`, found a string)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        char words[512];
        struct cedar_policies *set;
        assert_int_not_equal(read_text(bytes_of(rows[i].text), &fault, &set), ERROR_OK);
        assert_string_equal(fault_text(&fault, words, sizeof words), rows[i].words);
        cedar_policies_free(set);
    }
}

static void policies_are_named_by_position_prefix_or_annotation(void **state)
{
    (void)state;
    struct cedar_policies *set;
    struct fault fault = {0};
    size_t index = 9;
    const struct bytes two = BYTES_LITERAL("@clause(\"L1\") permit(principal,action,resource);\n"
                                           "@clause(\"L2\") forbid(principal,action,resource);");
    const struct cedar_naming by_clause = {
        .prefix = BYTES_LITERAL("ab12/"), .annotation = "clause"};
    const struct cedar_naming by_position = {.prefix = BYTES_LITERAL("x/")};
    assert_int_equal(cedar_policies_create(&set), ERROR_OK);
    assert_false(cedar_policies_find(set, BYTES_LITERAL("policy0"), &index));
    assert_int_equal(cedar_policies_add(set, two, &by_clause, &fault), ERROR_OK);
    assert_int_equal(cedar_policies_add(set, two, &by_position, &fault), ERROR_OK);
    assert_int_equal(cedar_policies_add(set, two, NULL, &fault), ERROR_OK);
    assert_int_equal(cedar_policies_count(set), 6);
    assert_true(cedar_policies_find(set, BYTES_LITERAL("ab12/L2"), &index));
    assert_int_equal(index, 1);
    assert_true(cedar_policies_find(set, BYTES_LITERAL("x/policy0"), &index));
    assert_int_equal(index, 2);
    assert_true(cedar_policies_find(set, BYTES_LITERAL("policy1"), &index));
    assert_int_equal(index, 5);
    /* The second clash is found after the first policy was put: all of it goes. */
    assert_int_equal(
        cedar_policies_add(
            set,
            BYTES_LITERAL("@clause(\"L3\") permit(principal,action,resource);\n"
                          "@clause(\"L2\") permit(principal,action,resource);"),
            &by_clause, &fault),
        ERROR_CEDAR_DUPLICATE_POLICY);
    assert_string_equal(fault.place, "line 2, column 1");
    assert_int_equal(cedar_policies_count(set), 6);
    assert_false(cedar_policies_find(set, BYTES_LITERAL("ab12/L3"), &index));
    static const char *const unnamed[] = {
        "@clause permit(principal,action,resource);",
        "@claus(\"x\") permit(principal,action,resource);",
    };
    for (size_t i = 0; i < sizeof unnamed / sizeof *unnamed; i++)
        assert_int_equal(
            cedar_policies_add(set, bytes_of(unnamed[i]), &by_clause, &fault),
            ERROR_CEDAR_POLICY_ID);
    const struct cedar_naming perhaps = {.annotation = "clause", .optional = true};
    assert_int_equal(
        cedar_policies_add(set, bytes_of(unnamed[0]), &perhaps, &fault),
        ERROR_CEDAR_DUPLICATE_POLICY); /* policy0 */
    assert_int_equal(cedar_policies_add(set, two, &perhaps, &fault), ERROR_OK);
    assert_true(cedar_policies_find(set, BYTES_LITERAL("L1"), &index));
    for (int i = 0; i < 300; i++) {
        char prefix[16];
        snprintf(prefix, sizeof prefix, "p%d/", i);
        struct cedar_naming naming = {.prefix = bytes_of(prefix), .annotation = "clause"};
        assert_int_equal(cedar_policies_add(set, two, &naming, NULL), ERROR_OK);
    }
    assert_true(cedar_policies_find(set, BYTES_LITERAL("p299/L2"), &index));
    assert_int_equal(index, 607);
    cedar_policies_free(set);
}

/* A condition with count of something in it. */
static enum error
read_repeated(const char *open, const char *middle, const char *close, size_t count)
{
    struct buffer text = {0};
    struct cedar_policies *set;
    buffer_append_text(&text, "permit(principal,action,resource) when { ");
    for (size_t i = 0; i < count; i++)
        buffer_append_text(&text, open);
    buffer_append_text(&text, middle);
    for (size_t i = 0; i < count; i++)
        buffer_append_text(&text, close);
    buffer_append_text(&text, " };");
    enum error error = read_text(buffer_view(&text), NULL, &set);
    if (!error)
        assert_prints_back(set);
    cedar_policies_free(set);
    buffer_free(&text);
    return error;
}

static void depth_is_limited(void **state)
{
    (void)state;
    static const char *const nests[][2] = {
        {"(", ")"},
        {"[", "]"},
        {"{a:", "}"},
        {"!(", ")"},
        {"if true then ", " else 1"},
        {"decimal(", ")"},
        {"context.contains(", ")"},
    };
    for (size_t i = 0; i < sizeof nests / sizeof *nests; i++) {
        const char *open = nests[i][0], *close = nests[i][1];
        assert_int_equal(read_repeated(open, "1", close, 150), ERROR_OK);
        assert_int_equal(read_repeated(open, "1", close, CEDAR_NESTING_MAX), ERROR_CEDAR_NESTING);
        assert_int_equal(read_repeated(open, "1", close, 100000), ERROR_CEDAR_NESTING);
    }
    static const char *const chains[] = {" && true", " || true", ".a", "[\"a\"]", ".isEmpty()"};
    for (size_t i = 0; i < sizeof chains / sizeof *chains; i++) {
        assert_int_equal(read_repeated("", "true", chains[i], CEDAR_TREE_DEPTH_MAX - 1), ERROR_OK);
        assert_int_equal(
            read_repeated("", "true", chains[i], CEDAR_TREE_DEPTH_MAX), ERROR_CEDAR_NESTING);
    }
    assert_int_equal(read_repeated("", "context has a", ".a", CEDAR_TREE_DEPTH_MAX - 2), ERROR_OK);
    assert_int_equal(
        read_repeated("", "context has a", ".a", CEDAR_TREE_DEPTH_MAX), ERROR_CEDAR_NESTING);
}

static void bad_bytes_are_refused(void **state)
{
    (void)state;
    struct cedar_policies *set;
    struct fault fault = {0};
    assert_int_equal(read_text(BYTES_LITERAL("// \xC3("), &fault, &set), ERROR_UTF8);
    assert_string_equal(fault.place, "byte 3");
    cedar_policies_free(set);
    assert_int_equal(read_text(BYTES_LITERAL("permit\0"), &fault, &set), ERROR_CEDAR_TOKEN);
    cedar_policies_free(set);
    uint8_t *huge = calloc(CEDAR_TEXT_MAX + 1, 1);
    assert_non_null(huge);
    memset(huge, ' ', CEDAR_TEXT_MAX + 1);
    assert_int_equal(
        read_text((struct bytes){huge, CEDAR_TEXT_MAX + 1}, &fault, &set), ERROR_TOO_LARGE);
    cedar_policies_free(set);
    assert_int_equal(read_text((struct bytes){huge, CEDAR_TEXT_MAX}, &fault, &set), ERROR_OK);
    cedar_policies_free(set);
    free(huge);
}

static void strings_are_decoded(void **state)
{
    (void)state;
    static const char text[] = "\"\\n\\r\\t\\0\\'\\\"\\\\\\x41\\u{e9}\\u{1F6_00}\xE2\x82\xAC\nx"
                               "\\x7F\\u{7f}\\u{80}\\u{416}\\u{7ff}\\u{800}\\u{20ac}\\u{ffff}"
                               "\\u{010000}\\u{10FFFF}\"";
    static const char decoded[] = "\n\r\t\0'\"\\A\xC3\xA9\xF0\x9F\x98\x80\xE2\x82\xAC\nx"
                                  "\x7F\x7F\xC2\x80\xD0\x96\xDF\xBF\xE0\xA0\x80\xE2\x82\xAC"
                                  "\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
    struct arena arena = {0};
    const struct cedar_expr *expr;
    assert_int_equal(cedar_expr_parse(bytes_of(text), &arena, NULL, &expr), ERROR_OK);
    assert_true(bytes_equal(expr->string, BYTES_LITERAL(decoded)));
    arena_free(&arena);
}

/* An expression alone, and what it may not be followed by. */
static void expressions_stand_alone(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {ERROR_OK, "1 + 1"},
        {ERROR_OK, " if true then 1 else 2 // c"},
        {ERROR_CEDAR_SYNTAX, ""},
        {ERROR_CEDAR_SYNTAX, "1 2"},
        {ERROR_CEDAR_SYNTAX, "1;"},
        {ERROR_CEDAR_TOKEN, "#"},
        {ERROR_CEDAR_TOKEN, "1 #"},
        {ERROR_CEDAR_SYNTAX, "1)"},
        {ERROR_CEDAR_CHAINED, "1 < 2 < 3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        const struct cedar_expr *expr = NULL;
        enum error error = cedar_expr_parse(bytes_of(rows[i].text), &arena, &fault, &expr);
        if (error != rows[i].error)
            fail_msg("%s: %s", rows[i].text, error_name(error));
        assert_int_equal(fault.error, error);
        assert_int_equal(expr == NULL, error != ERROR_OK);
        arena_free(&arena);
    }
}

static void running_out_of_memory_leaves_the_set_alone(void **state)
{
    (void)state;
    const struct bytes text = BYTES_LITERAL(
        "@clause(\"A\") permit(principal == A::B::\"c\", action in [Action::\"x\"], resource is "
        "R)\n"
        "when { [1, 2].contains(context.a) && {a: 1, b: [2]} has a.b || \"x\" like \"*y*\" };");
    const struct cedar_naming naming = {.prefix = BYTES_LITERAL("p/"), .annotation = "clause"};
    int failures = 0;
    for (long n = 0;; n++) {
        struct cedar_policies *set = NULL;
        failing_alloc_after(n);
        enum error error = cedar_policies_create(&set);
        if (!error)
            error = cedar_policies_add(set, text, &naming, NULL);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            assert_int_equal(cedar_policies_count(set), 1);
            cedar_policies_free(set);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        if (set)
            assert_int_equal(cedar_policies_count(set), 0);
        cedar_policies_free(set);
        failures++;
    }
    assert_true(failures > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_are_read_as_the_language_says),
        cmocka_unit_test(policies_are_read_as_the_language_says),
        cmocka_unit_test(printing_is_canonical),
        cmocka_unit_test(the_tree_knows_its_places),
        cmocka_unit_test(faults_say_where_and_what),
        cmocka_unit_test(policies_are_named_by_position_prefix_or_annotation),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(bad_bytes_are_refused),
        cmocka_unit_test(strings_are_decoded),
        cmocka_unit_test(expressions_stand_alone),
        cmocka_unit_test(running_out_of_memory_leaves_the_set_alone),
    };
    return cmocka_run_group_tests_name("cedar_parse", tests, NULL, NULL);
}
