/* cedar: what expressions give. The values and the failures of the rows were judged by the official
 * engine too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"

struct row {
    const char *text;
    enum error error;
    const char *value;
};

/* The principal is U::"a", the resource R::"r", the context empty; nobody is in the store. */

static const struct row rows[] = {
    {"duration(\"-9223372036854775808ms\") == duration(\"-9223372036854775808ms\")", ERROR_OK,
     "true"},
    {"duration(\"9223372036854775808ms\") == duration(\"9223372036854775808ms\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"9223372036854775807ms\") == duration(\"9223372036854775807ms\")", ERROR_OK,
     "true"},
    {"duration(\"-1d1ms\") == duration(\"-1d1ms\")", ERROR_OK, "true"},
    {"duration(\"1m1s1ms\") == duration(\"1m1s1ms\")", ERROR_OK, "true"},
    {"duration(\"1ms1s\") == duration(\"1ms1s\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"\") == duration(\"\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"-\") == duration(\"-\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"+1s\") == duration(\"+1s\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"1\") == duration(\"1\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"d\") == duration(\"d\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"1d 2h\") == duration(\"1d 2h\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"1D\") == duration(\"1D\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"106751991167d7h12m55s807ms\") == duration(\"106751991167d7h12m55s807ms\")",
     ERROR_OK, "true"},
    {"duration(\"106751991167d7h12m55s808ms\") == duration(\"106751991167d7h12m55s808ms\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"-106751991167d7h12m55s808ms\") == duration(\"-106751991167d7h12m55s808ms\")",
     ERROR_OK, "true"},
    {"duration(\"0000000000000000000000000000001ms\") == "
     "duration(\"0000000000000000000000000000001ms\")",
     ERROR_OK, "true"},
    {"duration(\"00d\") == duration(\"00d\")", ERROR_OK, "true"},
    {"duration(\"1ms1ms\") == duration(\"1ms1ms\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"99999999999999999999ms\") == duration(\"99999999999999999999ms\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"1s-1ms\") == duration(\"1s-1ms\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"-0ms\") == duration(\"-0ms\")", ERROR_OK, "true"},
    {"decimal(\"1.0\") == decimal(\"1.0\")", ERROR_OK, "true"},
    {"decimal(\"-1.0\") == decimal(\"-1.0\")", ERROR_OK, "true"},
    {"decimal(\"+1.0\") == decimal(\"+1.0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"1.\") == decimal(\"1.\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"1\") == decimal(\"1\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\".5\") == decimal(\".5\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"1.12345\") == decimal(\"1.12345\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"1.1234\") == decimal(\"1.1234\")", ERROR_OK, "true"},
    {"decimal(\"922337203685477.5807\") == decimal(\"922337203685477.5807\")", ERROR_OK, "true"},
    {"decimal(\"922337203685477.5808\") == decimal(\"922337203685477.5808\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"-922337203685477.5808\") == decimal(\"-922337203685477.5808\")", ERROR_OK, "true"},
    {"decimal(\"-922337203685477.5809\") == decimal(\"-922337203685477.5809\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"00.5\") == decimal(\"00.5\")", ERROR_OK, "true"},
    {"decimal(\"-0.5\") == decimal(\"-0.5\")", ERROR_OK, "true"},
    {"decimal(\"1.5 \") == decimal(\"1.5 \")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"1e5\") == decimal(\"1e5\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"000000000000000000000000000000.5\") == "
     "decimal(\"000000000000000000000000000000.5\")",
     ERROR_OK, "true"},
    {"decimal(\"9999999999999999999.0\") == decimal(\"9999999999999999999.0\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01\") == datetime(\"2024-01-01\")", ERROR_OK, "true"},
    {"datetime(\"0000-01-01\") == datetime(\"0000-01-01\")", ERROR_OK, "true"},
    {"datetime(\"9999-12-31\") == datetime(\"9999-12-31\")", ERROR_OK, "true"},
    {"datetime(\"2024-02-30\") == datetime(\"2024-02-30\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2023-02-29\") == datetime(\"2023-02-29\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-02-29\") == datetime(\"2024-02-29\")", ERROR_OK, "true"},
    {"datetime(\"10000-01-01\") == datetime(\"10000-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-1-1\") == datetime(\"2024-1-1\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:00:00Z\") == datetime(\"2024-01-01T00:00:00Z\")", ERROR_OK, "true"},
    {"datetime(\"2024-01-01T00:00:00\") == datetime(\"2024-01-01T00:00:00\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T24:00:00Z\") == datetime(\"2024-01-01T24:00:00Z\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T23:59:60Z\") == datetime(\"2024-01-01T23:59:60Z\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T23:59:59.1Z\") == datetime(\"2024-01-01T23:59:59.1Z\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T23:59:59.123Z\") == datetime(\"2024-01-01T23:59:59.123Z\")", ERROR_OK,
     "true"},
    {"datetime(\"2024-01-01T23:59:59.1234Z\") == datetime(\"2024-01-01T23:59:59.1234Z\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T23:59:59+0000\") == datetime(\"2024-01-01T23:59:59+0000\")", ERROR_OK,
     "true"},
    {"datetime(\"2024-01-01T23:59:59+2359\") == datetime(\"2024-01-01T23:59:59+2359\")", ERROR_OK,
     "true"},
    {"datetime(\"2024-01-01T23:59:59+2400\") == datetime(\"2024-01-01T23:59:59+2400\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T23:59:59-0060\") == datetime(\"2024-01-01T23:59:59-0060\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T23:59:59.123-0100\") == datetime(\"2024-01-01T23:59:59.123-0100\")",
     ERROR_OK, "true"},
    {"datetime(\"2024-01-01t23:59:59Z\") == datetime(\"2024-01-01t23:59:59Z\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T23:59:59z\") == datetime(\"2024-01-01T23:59:59z\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T23:59:59+01:00\") == datetime(\"2024-01-01T23:59:59+01:00\")",
     ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"-2024-01-01\") == datetime(\"-2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-00-01\") == datetime(\"2024-00-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-13-01\") == datetime(\"2024-13-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-00\") == datetime(\"2024-01-00\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"0000-01-01T00:00:00+2359\") == datetime(\"0000-01-01T00:00:00+2359\")", ERROR_OK,
     "true"},
    {"datetime(\"1969-12-31T23:59:59.999Z\") == datetime(\"1969-12-31T23:59:59.999Z\")", ERROR_OK,
     "true"},
    {"ip(\"1.2.3.4\") == ip(\"1.2.3.4\")", ERROR_OK, "true"},
    {"ip(\"1.2.3\") == ip(\"1.2.3\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.4.5\") == ip(\"1.2.3.4.5\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"01.2.3.4\") == ip(\"01.2.3.4\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.256\") == ip(\"1.2.3.256\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.4/32\") == ip(\"1.2.3.4/32\")", ERROR_OK, "true"},
    {"ip(\"1.2.3.4/33\") == ip(\"1.2.3.4/33\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.4/0\") == ip(\"1.2.3.4/0\")", ERROR_OK, "true"},
    {"ip(\"1.2.3.4/00\") == ip(\"1.2.3.4/00\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.4/08\") == ip(\"1.2.3.4/08\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.4/\") == ip(\"1.2.3.4/\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::\") == ip(\"::\")", ERROR_OK, "true"},
    {"ip(\"::1\") == ip(\"::1\")", ERROR_OK, "true"},
    {"ip(\"1::\") == ip(\"1::\")", ERROR_OK, "true"},
    {"ip(\"1:2:3:4:5:6:7:8\") == ip(\"1:2:3:4:5:6:7:8\")", ERROR_OK, "true"},
    {"ip(\"1:2:3:4:5:6:7::\") == ip(\"1:2:3:4:5:6:7::\")", ERROR_OK, "true"},
    {"ip(\"1:2:3:4:5:6:7:8::\") == ip(\"1:2:3:4:5:6:7:8::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::1:2:3:4:5:6:7:8\") == ip(\"::1:2:3:4:5:6:7:8\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::2:3:4:5:6:7:8\") == ip(\"::2:3:4:5:6:7:8\")", ERROR_OK, "true"},
    {"ip(\"1::2::3\") == ip(\"1::2::3\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\":::\") == ip(\":::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1:2:3:4::5:6:7:8\") == ip(\"1:2:3:4::5:6:7:8\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1:2:3::5:6:7:8\") == ip(\"1:2:3::5:6:7:8\")", ERROR_OK, "true"},
    {"ip(\"::ffff:1.2.3.4\") == ip(\"::ffff:1.2.3.4\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"fe80::1%eth0\") == ip(\"fe80::1%eth0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::/128\") == ip(\"::/128\")", ERROR_OK, "true"},
    {"ip(\"::/129\") == ip(\"::/129\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::/0\") == ip(\"::/0\")", ERROR_OK, "true"},
    {"ip(\"::/000\") == ip(\"::/000\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::/012\") == ip(\"::/012\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"12345::\") == ip(\"12345::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"g::\") == ip(\"g::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"A::b\") == ip(\"A::b\")", ERROR_OK, "true"},
    {"ip(\"1:\") == ip(\"1:\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::1 \") == ip(\"::1 \")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"\") == ip(\"\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\":1\") == ip(\":1\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1:2\") == ip(\"1:2\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\":1::\") == ip(\":1::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1::2:\") == ip(\"1::2:\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128\") == "
     "ip(\"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128\")",
     ERROR_OK, "true"},
    {"ip(\"10.0.0.1/24\")==ip(\"10.0.0.0/24\")", ERROR_OK, "false"},
    {"ip(\"127.0.0.1/8\").isLoopback()", ERROR_OK, "true"},
    {"ip(\"127.0.0.1/7\").isLoopback()", ERROR_OK, "false"},
    {"ip(\"127.0.0.1\").isLoopback()", ERROR_OK, "true"},
    {"ip(\"::1\").isLoopback()", ERROR_OK, "true"},
    {"ip(\"::1/127\").isLoopback()", ERROR_OK, "false"},
    {"ip(\"224.0.0.1/3\").isMulticast()", ERROR_OK, "false"},
    {"ip(\"224.0.0.1/4\").isMulticast()", ERROR_OK, "true"},
    {"ip(\"ff00::/7\").isMulticast()", ERROR_OK, "false"},
    {"ip(\"ff00::/8\").isMulticast()", ERROR_OK, "true"},
    {"ip(\"10.0.0.1\").isInRange(ip(\"10.0.0.9/24\"))", ERROR_OK, "true"},
    {"ip(\"10.0.0.1/24\").isInRange(ip(\"10.0.0.9/25\"))", ERROR_OK, "false"},
    {"ip(\"10.0.0.1/0\").isInRange(ip(\"10.0.0.9/0\"))", ERROR_OK, "true"},
    {"ip(\"10.0.0.1\").isInRange(ip(\"::/0\"))", ERROR_OK, "false"},
    {"ip(\"0.0.0.0/0\").isMulticast()", ERROR_OK, "false"},
    {"ip(\"1.1.1.1\") == ip(\"1.1.1.1/32\")", ERROR_OK, "true"},
    {"true && false", ERROR_OK, "false"},
    {"false && 1", ERROR_OK, "false"},
    {"1 && true", ERROR_CEDAR_TYPE, NULL},
    {"true && 1", ERROR_CEDAR_TYPE, NULL},
    {"true || 1", ERROR_OK, "true"},
    {"false || 1", ERROR_CEDAR_TYPE, NULL},
    {"1 || true", ERROR_CEDAR_TYPE, NULL},
    {"!1", ERROR_CEDAR_TYPE, NULL},
    {"!true", ERROR_OK, "false"},
    {"if 1 then true else false", ERROR_CEDAR_TYPE, NULL},
    {"if true then true else 1", ERROR_OK, "true"},
    {"if false then 1 else true", ERROR_OK, "true"},
    {"if true then 1 else true", ERROR_OK, "1"},
    {"-1 < 0", ERROR_OK, "true"},
    {"-(-9223372036854775807) > 0", ERROR_OK, "true"},
    {"-(-9223372036854775808) == 0", ERROR_CEDAR_OVERFLOW, NULL},
    {"9223372036854775807 + 1 == 0", ERROR_CEDAR_OVERFLOW, NULL},
    {"-9223372036854775808 - 1 == 0", ERROR_CEDAR_OVERFLOW, NULL},
    {"4611686018427387904 * 2 == 0", ERROR_CEDAR_OVERFLOW, NULL},
    {"4611686018427387904 * -2 == -9223372036854775808", ERROR_OK, "true"},
    {"-9223372036854775808 * -1 == 0", ERROR_CEDAR_OVERFLOW, NULL},
    {"1 + true == 2", ERROR_CEDAR_TYPE, NULL},
    {"\"a\" + \"b\" == \"ab\"", ERROR_CEDAR_TYPE, NULL},
    {"1 < 2", ERROR_OK, "true"},
    {"2 <= 2", ERROR_OK, "true"},
    {"3 > 2", ERROR_OK, "true"},
    {"3 >= 4", ERROR_OK, "false"},
    {"\"a\" < \"b\"", ERROR_CEDAR_TYPE, NULL},
    {"true < false", ERROR_CEDAR_TYPE, NULL},
    {"1 < true", ERROR_CEDAR_TYPE, NULL},
    {"decimal(\"1.0\") < decimal(\"2.0\")", ERROR_CEDAR_TYPE, NULL},
    {"datetime(\"2024-01-01\") < datetime(\"2024-01-02\")", ERROR_OK, "true"},
    {"duration(\"1h\") < duration(\"2h\")", ERROR_OK, "true"},
    {"duration(\"1h\") < datetime(\"2024-01-01\")", ERROR_CEDAR_TYPE, NULL},
    {"duration(\"1h\") < 5", ERROR_CEDAR_TYPE, NULL},
    {"1 == true", ERROR_OK, "false"},
    {"1 == \"1\"", ERROR_OK, "false"},
    {"1 != true", ERROR_OK, "true"},
    {"[1,2] == [2,1,1]", ERROR_OK, "true"},
    {"[] == []", ERROR_OK, "true"},
    {"[] == {}", ERROR_OK, "false"},
    {"{} == {}", ERROR_OK, "true"},
    {"{a:1,b:2} == {b:2,a:1}", ERROR_OK, "true"},
    {"{a:1} == {a:2}", ERROR_OK, "false"},
    {"{a:1} == {b:1}", ERROR_OK, "false"},
    {"[[1],[2]] == [[2],[1]]", ERROR_OK, "true"},
    {"[{a:1},{a:1}] == [{a:1}]", ERROR_OK, "true"},
    {"[1,true,\"a\",U::\"a\",{},[]].contains({})", ERROR_OK, "true"},
    {"[1,true,\"a\",U::\"a\",{},[]].contains([1])", ERROR_OK, "false"},
    {"[1].contains(true)", ERROR_OK, "false"},
    {"1.contains(1)", ERROR_CEDAR_TYPE, NULL},
    {"[1,2].containsAll([2,1])", ERROR_OK, "true"},
    {"[1,2].containsAll([3])", ERROR_OK, "false"},
    {"[1].containsAll([])", ERROR_OK, "true"},
    {"[].containsAll([])", ERROR_OK, "true"},
    {"[].containsAny([])", ERROR_OK, "false"},
    {"[1,2].containsAny([3,2])", ERROR_OK, "true"},
    {"[1].containsAny(1)", ERROR_CEDAR_TYPE, NULL},
    {"1.containsAny([1])", ERROR_CEDAR_TYPE, NULL},
    {"[1].containsAll(1)", ERROR_CEDAR_TYPE, NULL},
    {"[].isEmpty()", ERROR_OK, "true"},
    {"[1].isEmpty()", ERROR_OK, "false"},
    {"1.isEmpty()", ERROR_CEDAR_TYPE, NULL},
    {"principal == U::\"a\"", ERROR_OK, "true"},
    {"principal in U::\"a\"", ERROR_OK, "true"},
    {"principal in U::\"b\"", ERROR_OK, "false"},
    {"principal in [U::\"b\",U::\"a\"]", ERROR_OK, "true"},
    {"principal in []", ERROR_OK, "false"},
    {"principal in [1]", ERROR_CEDAR_TYPE, NULL},
    {"principal in [U::\"a\",1]", ERROR_CEDAR_TYPE, NULL},
    {"principal in 1", ERROR_CEDAR_TYPE, NULL},
    {"1 in principal", ERROR_CEDAR_TYPE, NULL},
    {"1 in []", ERROR_CEDAR_TYPE, NULL},
    {"principal is U", ERROR_OK, "true"},
    {"principal is V", ERROR_OK, "false"},
    {"1 is U", ERROR_CEDAR_TYPE, NULL},
    {"principal is U in U::\"a\"", ERROR_OK, "true"},
    {"principal is V in 1", ERROR_OK, "false"},
    {"principal is U in 1", ERROR_CEDAR_TYPE, NULL},
    {"1 is U in principal", ERROR_CEDAR_TYPE, NULL},
    {"principal has a", ERROR_OK, "false"},
    {"principal.a == 1", ERROR_CEDAR_ENTITY, NULL},
    {"principal[\"a\"] == 1", ERROR_CEDAR_ENTITY, NULL},
    {"1 has a", ERROR_CEDAR_TYPE, NULL},
    {"1.a == 1", ERROR_CEDAR_TYPE, NULL},
    {"context has a", ERROR_OK, "false"},
    {"context.a == 1", ERROR_CEDAR_ATTRIBUTE, NULL},
    {"{a:1} has a", ERROR_OK, "true"},
    {"{a:1} has b", ERROR_OK, "false"},
    {"{a:1}.a == 1", ERROR_OK, "true"},
    {"{a:1}.b == 1", ERROR_CEDAR_ATTRIBUTE, NULL},
    {"{a:{b:1}} has a.b", ERROR_OK, "true"},
    {"{a:{b:1}} has a.c", ERROR_OK, "false"},
    {"{a:{b:1}} has c.b", ERROR_OK, "false"},
    {"{a:1} has a.b", ERROR_CEDAR_TYPE, NULL},
    {"{a:principal} has a.b", ERROR_OK, "false"},
    {"{a:{b:1}} has a.b.c", ERROR_CEDAR_TYPE, NULL},
    {"\"\" has a", ERROR_CEDAR_TYPE, NULL},
    {"principal.hasTag(\"x\")", ERROR_OK, "false"},
    {"principal.getTag(\"x\") == 1", ERROR_CEDAR_ENTITY, NULL},
    {"1.hasTag(\"x\")", ERROR_CEDAR_TYPE, NULL},
    {"principal.hasTag(1)", ERROR_CEDAR_TYPE, NULL},
    {"principal.getTag(1) == 1", ERROR_CEDAR_TYPE, NULL},
    {"\"abc\" like \"a*\"", ERROR_OK, "true"},
    {"\"abc\" like \"*c\"", ERROR_OK, "true"},
    {"\"abc\" like \"a*c\"", ERROR_OK, "true"},
    {"\"abc\" like \"abc\"", ERROR_OK, "true"},
    {"\"abc\" like \"ab\"", ERROR_OK, "false"},
    {"\"abc\" like \"*b*\"", ERROR_OK, "true"},
    {"\"abc\" like \"*\"", ERROR_OK, "true"},
    {"\"\" like \"*\"", ERROR_OK, "true"},
    {"\"\" like \"\"", ERROR_OK, "true"},
    {"\"\" like \"**\"", ERROR_OK, "true"},
    {"\"a*c\" like \"a\\*c\"", ERROR_OK, "true"},
    {"\"abc\" like \"a\\*c\"", ERROR_OK, "false"},
    /* By its number it is a wildcard too, as the official engine has it. */
    {"\"a*c\" like \"a\\u{2a}c\"", ERROR_OK, "true"},
    {"\"abc\" like \"a\\u{2a}c\"", ERROR_OK, "true"},
    {"\"abc\" like \"a\\x2A\"", ERROR_OK, "true"},
    {"\"aXbXc\" like \"a*b*c\"", ERROR_OK, "true"},
    {"\"aba\" like \"ab*ba\"", ERROR_OK, "false"},
    {"\"\303\251\" like \"*\303\251\"", ERROR_OK, "true"},
    {"\"\303\251\360\237\230\200\" like \"*\360\237\230\200\"", ERROR_OK, "true"},
    {"\"ab\" like \"*a*a*\"", ERROR_OK, "false"},
    {"\"aaa\" like \"*a*a*\"", ERROR_OK, "true"},
    {"1 like \"*\"", ERROR_CEDAR_TYPE, NULL},
    {"\"mississippi\" like \"m*issip*\"", ERROR_OK, "true"},
    {"\"mississippi\" like \"m*iss*iss*ppi\"", ERROR_OK, "true"},
    {"\"mississippi\" like \"*iss*iss*iss*\"", ERROR_OK, "false"},
    {"decimal(\"1.0\").lessThan(decimal(\"1.1\"))", ERROR_OK, "true"},
    {"decimal(\"1.1\").lessThanOrEqual(decimal(\"1.1\"))", ERROR_OK, "true"},
    {"decimal(\"1.2\").greaterThan(decimal(\"1.1\"))", ERROR_OK, "true"},
    {"decimal(\"1.1\").greaterThanOrEqual(decimal(\"1.2\"))", ERROR_OK, "false"},
    {"decimal(\"1.0\") == decimal(\"1.0000\")", ERROR_OK, "true"},
    {"decimal(\"1.0\").lessThan(1)", ERROR_CEDAR_TYPE, NULL},
    {"1.lessThan(decimal(\"1.0\"))", ERROR_CEDAR_TYPE, NULL},
    {"decimal(1) == decimal(1)", ERROR_CEDAR_TYPE, NULL},
    {"decimal(\"-0.0\") == decimal(\"0.0\")", ERROR_OK, "true"},
    {"datetime(\"2024-01-01\").offset(duration(\"1d\")) == datetime(\"2024-01-02\")", ERROR_OK,
     "true"},
    {"datetime(\"2024-01-01\").offset(duration(\"-1ms\")) == "
     "datetime(\"2023-12-31T23:59:59.999Z\")",
     ERROR_OK, "true"},
    {"datetime(\"2024-01-02\").durationSince(datetime(\"2024-01-01\")) == duration(\"1d\")",
     ERROR_OK, "true"},
    {"datetime(\"1969-12-31T12:00:00Z\").toDate() == datetime(\"1969-12-31\")", ERROR_OK, "true"},
    {"datetime(\"1969-12-31T12:00:00Z\").toTime() == duration(\"12h\")", ERROR_OK, "true"},
    {"datetime(\"1969-12-31\").toDate() == datetime(\"1969-12-31\")", ERROR_OK, "true"},
    {"datetime(\"1969-12-31\").toTime() == duration(\"0ms\")", ERROR_OK, "true"},
    {"datetime(\"2024-05-05T01:02:03.004Z\").toTime() == duration(\"1h2m3s4ms\")", ERROR_OK,
     "true"},
    {"duration(\"-1500ms\").toSeconds() == -1", ERROR_OK, "true"},
    {"duration(\"-1500ms\").toMilliseconds() == -1500", ERROR_OK, "true"},
    {"duration(\"90m\").toHours() == 1", ERROR_OK, "true"},
    {"duration(\"90m\").toMinutes() == 90", ERROR_OK, "true"},
    {"duration(\"-47h\").toDays() == -1", ERROR_OK, "true"},
    {"datetime(\"2024-01-01\").offset(duration(\"9223372036854775807ms\")) == "
     "datetime(\"2024-01-01\")",
     ERROR_CEDAR_OVERFLOW, NULL},
    {"datetime(\"1970-01-01\").offset(duration(\"-9223372036854775808ms\")).toDate() == "
     "datetime(\"1970-01-01\")",
     ERROR_CEDAR_OVERFLOW, NULL},
    {"datetime(\"1970-01-01\").offset(duration(\"-9223372036854775808ms\")).toTime() == "
     "duration(\"1ms\")",
     ERROR_OK, "false"},
    {"datetime(\"1970-01-01\").offset(duration(\"-9223372036854775808ms\")).toTime() == "
     "duration(\"16h47m4s192ms\")",
     ERROR_OK, "true"},
    {"datetime(\"9999-12-31\").durationSince(datetime(\"1970-01-01\").offset(duration(\"-"
     "9223372036854775808ms\"))) == duration(\"1ms\")",
     ERROR_CEDAR_OVERFLOW, NULL},
    {"duration(\"1d\").toDate() == 1", ERROR_CEDAR_TYPE, NULL},
    {"datetime(\"2024-01-01\").toDays() == 1", ERROR_CEDAR_TYPE, NULL},
    {"datetime(\"2024-01-01\").offset(1) == 1", ERROR_CEDAR_TYPE, NULL},
    {"ip(\"1.2.3.4\").isIpv4()", ERROR_OK, "true"},
    {"ip(\"::1\").isIpv4()", ERROR_OK, "false"},
    {"ip(\"::1\").isIpv6()", ERROR_OK, "true"},
    {"ip(\"10.0.0.0/8\").isInRange(ip(\"10.0.0.0/8\"))", ERROR_OK, "true"},
    {"ip(\"10.1.2.3\").isInRange(ip(\"10.0.0.0/8\"))", ERROR_OK, "true"},
    {"ip(\"11.1.2.3\").isInRange(ip(\"10.0.0.0/8\"))", ERROR_OK, "false"},
    {"ip(\"10.0.0.0/7\").isInRange(ip(\"10.0.0.0/8\"))", ERROR_OK, "false"},
    {"ip(\"10.0.0.128/25\").isInRange(ip(\"10.0.0.0/25\"))", ERROR_OK, "false"},
    {"ip(\"2001:db8::1\").isInRange(ip(\"2001:db8::/33\"))", ERROR_OK, "true"},
    {"ip(\"2001:db8:8000::1\").isInRange(ip(\"2001:db8::/33\"))", ERROR_OK, "false"},
    {"1.isIpv4()", ERROR_CEDAR_TYPE, NULL},
    {"ip(\"::1\").isInRange(1)", ERROR_CEDAR_TYPE, NULL},
    {"ip(principal) == 1", ERROR_CEDAR_TYPE, NULL},
    {"ip(\"127.0.0.1/16\").isLoopback()", ERROR_OK, "true"},
    {"ip(\"0:0:0:0:0:0:0:1\") == ip(\"::1\")", ERROR_OK, "true"},
    {"ip(\"ff02::1\").isMulticast()", ERROR_OK, "true"},
    {"ip(\"239.1.1.1\").isMulticast()", ERROR_OK, "true"},
    {"ip(\"240.1.1.1\").isMulticast()", ERROR_OK, "false"},
    {"decimal() == 1", ERROR_CEDAR_ARITY, NULL},
    {"decimal(\"1.0\",\"2.0\") == 1", ERROR_CEDAR_ARITY, NULL},
    {"false && decimal() == 1", ERROR_OK, "false"},
    {"ip(\"::1\").isIpv4(1)", ERROR_CEDAR_ARITY, NULL},
    {"decimal(1 + true, 2) == 1", ERROR_CEDAR_TYPE, NULL},
    {"if (1 == 1) then ([1,2].contains(2)) else false", ERROR_OK, "true"},
    {"[1,1+true] == [1]", ERROR_CEDAR_TYPE, NULL},
    {"{a: 1+true} == {}", ERROR_CEDAR_TYPE, NULL},
    {"[ip(\"1.1.1.1\"), ip(\"1.1.1.1/32\")] == [ip(\"1.1.1.1\")]", ERROR_OK, "true"},
    {"[decimal(\"1.0\"), decimal(\"1.00\")] == [decimal(\"1.0\")]", ERROR_OK, "true"},
    {"[1, decimal(\"0.0001\"), duration(\"1ms\"), "
     "datetime(\"1970-01-01T00:00:00.001Z\")].containsAll([1])",
     ERROR_OK, "true"},
    {"[decimal(\"0.0001\"), duration(\"1ms\")].contains(1)", ERROR_OK, "false"},
    {"(if principal == U::\"a\" then [principal] else []) == [U::\"a\"]", ERROR_OK, "true"},
    {"U::\"a\" == U::\"\\u{61}\"", ERROR_OK, "true"},
    {"principal == A::U::\"a\"", ERROR_OK, "false"},
    {"A::B::\"x\" is A::B", ERROR_OK, "true"},
    {"A::B::\"x\" is B", ERROR_OK, "false"},
    {"context == {}", ERROR_OK, "true"},
    {"principal != resource", ERROR_OK, "true"},
    {"!(principal == resource) && !!true", ERROR_OK, "true"},
    {"----1 == 1", ERROR_OK, "true"},
    {"true == (1 < 2)", ERROR_OK, "true"},
    {"[principal, resource].contains(resource)", ERROR_OK, "true"},
    {"{a:[{b:principal}]}.a.contains({b:U::\"a\"})", ERROR_OK, "true"},
    {"principal in [U::\"z\", decimal(\"1.0\")]", ERROR_CEDAR_TYPE, NULL},
    {"principal in [U::\"a\", {}]", ERROR_CEDAR_TYPE, NULL},
    {"[1] == [1, 2]", ERROR_OK, "false"},
    {"[1, 2] == [1]", ERROR_OK, "false"},
    {"[1, 2] == [1, 3]", ERROR_OK, "false"},
    {"{a: 1} == {a: 1, b: 2}", ERROR_OK, "false"},
    {"{b: 2} == {a: 1, b: 2}", ERROR_OK, "false"},
    {"{a: 1, b: 2} == {a: 1}", ERROR_OK, "false"},
    {"ip(\"10.0.0.0/24\") == ip(\"10.0.0.0/25\")", ERROR_OK, "false"},
    {"ip(\"1.0.0.0/8\") == ip(\"100::/8\")", ERROR_OK, "false"},
    {"[ip(\"10.0.0.0/24\"), ip(\"10.0.0.0/25\")] == [ip(\"10.0.0.0/24\")]", ERROR_OK, "false"},
    {"[ip(\"1.0.0.0/8\"), ip(\"100::/8\")] == [ip(\"1.0.0.0/8\")]", ERROR_OK, "false"},
    {"[ip(\"1.0.0.0/8\"), ip(\"100::/8\")].contains(ip(\"100::/8\"))", ERROR_OK, "true"},
    {"[ip(\"1.0.0.0/8\"), ip(\"2.0.0.0/8\")].contains(ip(\"2.0.0.0/8\"))", ERROR_OK, "true"},
    {"ip(\"1.2.3.4\").isIpv6()", ERROR_OK, "false"},
    {"ip(\"::1/121\").isLoopback()", ERROR_OK, "false"},
    {"ip(\"224.0.0.0/4\").isMulticast()", ERROR_OK, "true"},
    {"ip(\"ff00::1\").isMulticast()", ERROR_OK, "true"},
    {"\"abc\" like \"a*d\"", ERROR_OK, "false"},
    {"\"abc\" like \"b*c\"", ERROR_OK, "false"},
    {"\"abcd\" like \"abc\"", ERROR_OK, "false"},
    {"\"ab\" like \"a*b*b\"", ERROR_OK, "false"},
    {"\"ab\" like \"a*c*b\"", ERROR_OK, "false"},
    {"\"aXb\" like \"a*X*b\"", ERROR_OK, "true"},
    {"decimal(\"1.1\").greaterThanOrEqual(decimal(\"1.1\"))", ERROR_OK, "true"},
    {"decimal(\"1.2\").lessThanOrEqual(decimal(\"1.1\"))", ERROR_OK, "false"},
    {"decimal(\"1.1\").lessThan(decimal(\"1.1\"))", ERROR_OK, "false"},
    {"decimal(\"1.1\").greaterThan(decimal(\"1.1\"))", ERROR_OK, "false"},
    {"decimal(\"-0.5\").lessThan(decimal(\"0.0\"))", ERROR_OK, "true"},
    {"decimal(\"1.5\") == decimal(\"1.50\")", ERROR_OK, "true"},
    {"decimal(\"1.5\") == decimal(\"1.05\")", ERROR_OK, "false"},
    {"decimal(\"-1.5\").lessThan(decimal(\"-1.4\"))", ERROR_OK, "true"},
    {"decimal(\"9223372036854775808.0\") == decimal(\"0.0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"9223372036854775809.0\") == decimal(\"0.0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"922337203685478.0\") == decimal(\"0.0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"12345678901234567890.0\") == decimal(\"0.0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"1.0x\") == decimal(\"1.0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"-\") == decimal(\"1.0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01\").offset(datetime(\"2024-01-01\")) == datetime(\"2024-01-01\")",
     ERROR_CEDAR_TYPE, NULL},
    {"duration(\"1d\").offset(duration(\"1d\")) == duration(\"2d\")", ERROR_CEDAR_TYPE, NULL},
    {"datetime(\"2024-01-01\").durationSince(duration(\"1d\")) == duration(\"1d\")",
     ERROR_CEDAR_TYPE, NULL},
    {"datetime(\"2024/01-01\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01/01\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-1\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T0:00:00Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00-00:00Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:0:00Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:00-00Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:00:0Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:60:00Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:00:00+1\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION,
     NULL},
    {"datetime(\"2024-01-01T00:00:00+010\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION,
     NULL},
    {"datetime(\"2024-01-01T00:00:00Z \") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION,
     NULL},
    {"datetime(\"2024-01-01T23:60:59Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T01:00:00+0100\") == datetime(\"2024-01-01\")", ERROR_OK, "true"},
    {"datetime(\"2024-01-01T01:00:00-0130\") == datetime(\"2024-01-01T02:30:00Z\")", ERROR_OK,
     "true"},
    {"datetime(\"2024-01-01T12:34:56.789Z\").durationSince(datetime(\"2024-01-01\")) == "
     "duration(\"12h34m56s789ms\")",
     ERROR_OK, "true"},
    {"datetime(\"2000-02-29\") == datetime(\"2000-02-29\")", ERROR_OK, "true"},
    {"datetime(\"1900-02-29\") == datetime(\"1900-02-28\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2100-02-29\") == datetime(\"2100-02-28\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2101-03-01\").durationSince(datetime(\"2100-03-01\")) == duration(\"365d\")",
     ERROR_OK, "true"},
    {"datetime(\"2100-03-01\").durationSince(datetime(\"2100-02-28\")) == duration(\"1d\")",
     ERROR_OK, "true"},
    {"datetime(\"2000-03-01\").durationSince(datetime(\"2000-02-28\")) == duration(\"2d\")",
     ERROR_OK, "true"},
    {"datetime(\"1970-01-01\").durationSince(datetime(\"1969-12-31\")) == duration(\"1d\")",
     ERROR_OK, "true"},
    {"datetime(\"1969-12-31T23:59:59.999Z\") == "
     "datetime(\"1970-01-01\").offset(duration(\"-1ms\"))",
     ERROR_OK, "true"},
    {"duration(\"1m\") == duration(\"60s\")", ERROR_OK, "true"},
    {"duration(\"1ms\") == duration(\"1m\")", ERROR_OK, "false"},
    {"duration(\"1d1h1m1s1ms\").toMilliseconds() == 90061001", ERROR_OK, "true"},
    {"duration(\"-1d1h\").toHours() == -25", ERROR_OK, "true"},
    {"duration(\"59s\").toMinutes() == 0", ERROR_OK, "true"},
    {"duration(\"-90s\").toMinutes() == -1", ERROR_OK, "true"},
    {"duration(\"1d1d\") == duration(\"2d\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"1h1d\") == duration(\"1d1h\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"106751991168d\") == duration(\"1d\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"106751991167d8h\") == duration(\"1d\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"9223372036854775809ms\") == duration(\"1d\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"-9223372036854775809ms\") == duration(\"1d\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"1ds\") == duration(\"1d\")", ERROR_CEDAR_EXTENSION, NULL},
    {"duration(\"1x\") == duration(\"1d\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.x\") == ip(\"1.2.3.4\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3./\") == ip(\"1.2.3.4\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.:\") == ip(\"1.2.3.4\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3.1234\") == ip(\"1.2.3.4\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2..4\") == ip(\"1.2.3.4\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1:2:3:4:5:6:7:8:\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1:2:3:4:5:6:7:8:9\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1:2:3:4:5:6:7:8:9:a\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1:2:3:4:5:6:7\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"fe80::1%eth0/64\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"1.2.3::\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::1::\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"-(true) == 1", ERROR_CEDAR_TYPE, NULL},
    {"[1].containsAll([1, 2])", ERROR_OK, "false"},
    {"[1, 2].containsAny([2])", ERROR_OK, "true"},
    {"[2].containsAny([1, 2, 3])", ERROR_OK, "true"},
    {"true && \"a\" == \"a\"", ERROR_OK, "true"},
    {"-\"a\" == 1", ERROR_CEDAR_TYPE, NULL},
    {"3 >= 3", ERROR_OK, "true"},
    {"2 > 2", ERROR_OK, "false"},
    {"2 < 2", ERROR_OK, "false"},
    {"3 <= 2", ERROR_OK, "false"},
    {"duration(\"1h\") <= duration(\"1h\")", ERROR_OK, "true"},
    {"datetime(\"2024-01-01\") >= datetime(\"2024-01-02\")", ERROR_OK, "false"},
    {"1 != 1", ERROR_OK, "false"},
    {"context == context", ERROR_OK, "true"},
    {"ip(\"123:4567:89ab:cdef:ABCD:EF09:9AF:f0\")", ERROR_OK,
     "ip(\"123:4567:89ab:cdef:abcd:ef09:9af:f0\")"},
    {"ip(\"89ab:cdef::\") == ip(\"89AB:CDEF::\")", ERROR_OK, "true"},
    {"ip(\"::9\") == ip(\"::8\")", ERROR_OK, "false"},
    {"ip(\"255.199.90.0/19\")", ERROR_OK, "ip(\"255.199.90.0/19\")"},
    {"ip(\"::@\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::G\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::`\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::g\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::;\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::-\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"ip(\"::.\") == ip(\"::\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01TZ\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:00Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:00\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:00:00.Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION,
     NULL},
    {"datetime(\"2024-01-01T00:00:00.12Z\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION,
     NULL},
    {"datetime(\"2024-01-01T00:00:00+\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION, NULL},
    {"datetime(\"2024-01-01T00:00:00+01\") == datetime(\"2024-01-01\")", ERROR_CEDAR_EXTENSION,
     NULL},
    {"\"axc\" like \"a**b*c\"", ERROR_OK, "false"},
    {"\"axbyc\" like \"a**b*c\"", ERROR_OK, "true"},
    {"decimal(\"0.0\")", ERROR_OK, "decimal(\"0.0\")"},
    {"decimal(\"-0.0\")", ERROR_OK, "decimal(\"0.0\")"},
    {"decimal(\"-0.5\")", ERROR_OK, "decimal(\"-0.5\")"},
    {"decimal(\"10.05\")", ERROR_OK, "decimal(\"10.05\")"},
    {"duration(\"0ms\")", ERROR_OK, "duration(\"0ms\")"},
    {"duration(\"-1s\")", ERROR_OK, "duration(\"-1s\")"},
    {"ip(\"1.2.3.4/8\")", ERROR_OK, "ip(\"1.2.3.4/8\")"},
    {"[ip(\"1.1.1.1\"), ip(\"2.2.2.2\")] == [ip(\"2.2.2.2\"), ip(\"1.1.1.1\")]", ERROR_OK, "true"},
    {"[ip(\"1.1.1.1\"), ip(\"2.2.2.2\"), ip(\"1.1.1.1\")] == [ip(\"2.2.2.2\"), ip(\"1.1.1.1\")]",
     ERROR_OK, "true"},
    {"decimal(\"0.0\").lessThan(decimal(\"0.0001\"))", ERROR_OK, "true"},
    {"datetime(\"9999-12-31\").offset(duration(\"1d\"))", ERROR_OK,
     "datetime(\"1970-01-01\").offset(duration(\"2932897d\"))"},
    {"datetime(\"0000-01-01\").offset(duration(\"-1ms\"))", ERROR_OK,
     "datetime(\"1970-01-01\").offset(duration(\"-719528d1ms\"))"},
    {"ip(\"1.2.3.+\") == ip(\"1.2.3.4\")", ERROR_CEDAR_EXTENSION, NULL},
    {"decimal(\"99999999999999999999999.0\") == decimal(\"0.0\")", ERROR_CEDAR_EXTENSION, NULL},
    {"principal != principal", ERROR_OK, "false"},
    {"principal != U::\"a\"", ERROR_OK, "false"},
    {"[[]].contains([])", ERROR_OK, "true"},
    {"{a: {b: 1}} has a.b", ERROR_OK, "true"},
    {"{a: {b: 1}} has a.c", ERROR_OK, "false"},
    {"{a: {b: 1}} has c.b", ERROR_OK, "false"},
    {"{a: 1} has a.b", ERROR_CEDAR_TYPE, NULL},
};

/* A request that expressions are evaluated for. */
struct world {
    struct cedar_symbols *symbols;
    struct cedar_entities *entities;
    struct cedar_request request;
    struct arena arena;
};

static const struct cedar_uid *uid(struct world *world, const char *type, const char *id)
{
    const struct cedar_uid *found;
    assert_int_equal(
        cedar_intern_uid(world->symbols, bytes_of(type), bytes_of(id), &found), ERROR_OK);
    return found;
}

static const struct cedar_string *string(struct world *world, const char *text)
{
    const struct cedar_string *found;
    assert_int_equal(cedar_intern(world->symbols, bytes_of(text), &found), ERROR_OK);
    return found;
}

static void world_start(struct world *world)
{
    *world = (struct world){0};
    assert_int_equal(cedar_symbols_create(NULL, 5, &world->symbols), ERROR_OK);
    assert_int_equal(cedar_entities_create(NULL, &world->entities), ERROR_OK);
    world->request.principal = uid(world, "U", "a");
    world->request.action = uid(world, "Action", "x");
    world->request.resource = uid(world, "R", "r");
}

static void world_end(struct world *world)
{
    cedar_entities_free(world->entities);
    cedar_symbols_free(world->symbols);
    arena_free(&world->arena);
}

/* Asserts what text gives: an error, or a value as it prints. */
static void
assert_gives(struct world *world, const char *text, enum error expected, const char *printed)
{
    const struct cedar_expr *expr;
    struct cedar_value value;
    struct fault fault = {0};
    struct buffer out = {0};
    assert_int_equal(cedar_expr_parse(bytes_of(text), &world->arena, &fault, &expr), ERROR_OK);
    enum error error = cedar_evaluate(
        expr, world->symbols, &world->request, world->entities, &world->arena, &fault, &value);
    if (!error)
        cedar_print_value(&out, value);
    if (error != expected || (printed && strcmp(printed, buffer_text(&out)) != 0))
        print_error("%s gives %s\n", text, error ? error_name(error) : buffer_text(&out));
    assert_int_equal(error, expected);
    if (printed)
        assert_string_equal(buffer_text(&out), printed);
    if (error)
        assert_non_null(strstr(fault.place, "line 1, column "));
    buffer_free(&out);
}

static void expressions_without_entities(void **state)
{
    (void)state;
    struct world world;
    world_start(&world);
    assert_int_equal(cedar_entities_freeze(world.entities, NULL), ERROR_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_gives(&world, rows[i].text, rows[i].error, rows[i].value);
    world_end(&world);
}

static struct cedar_record *
record(struct world *world, const struct cedar_field *fields, size_t count)
{
    struct cedar_record *made;
    assert_int_equal(cedar_record_build(&world->arena, fields, count, NULL, &made), ERROR_OK);
    return made;
}

static void expressions_about_entities(void **state)
{
    (void)state;
    struct world world;
    world_start(&world);
    (void)uid(&world, "G", "before all"); /* names are ordered as they came */
    const struct cedar_uid *group = uid(&world, "G", "g"), *top = uid(&world, "G", "top");
    const struct cedar_field attributes[] = {
        {string(&world, "n"), cedar_value_long(7)},
        {string(&world, "boss"), cedar_value_entity(uid(&world, "U", "b"))},
        {string(&world, "gone"), cedar_value_entity(uid(&world, "U", "gone"))},
    };
    const struct cedar_field tags[] = {
        {string(&world, "t"), cedar_value_bool(true)},
        {string(&world, "s"), cedar_value_long(1)},
    };
    const struct cedar_entity entities[] = {
        {world.request.principal, record(&world, attributes, 3), record(&world, tags, 2), &group,
         1},
        {group, NULL, NULL, &top, 1},
        {uid(&world, "U", "b"), record(&world, attributes, 1), NULL, NULL, 0},
    };
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        assert_int_equal(cedar_entities_add(world.entities, &entities[i], NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(world.entities, NULL), ERROR_OK);
    world.request.context = record(&world, attributes, 2);
    static const struct row about[] = {
        {"principal.n", ERROR_OK, "7"},
        {"principal.boss.n", ERROR_OK, "7"},
        {"principal.boss.boss", ERROR_CEDAR_ATTRIBUTE, NULL},
        {"principal.gone", ERROR_OK, "U::\"gone\""},
        {"principal.gone.n", ERROR_CEDAR_ENTITY, NULL},
        {"principal has n", ERROR_OK, "true"},
        {"principal has boss.n", ERROR_OK, "true"},
        {"principal has boss.x", ERROR_OK, "false"},
        {"principal has gone.n", ERROR_OK, "false"},
        {"principal has n.x", ERROR_CEDAR_TYPE, NULL},
        {"resource has n", ERROR_OK, "false"},
        {"resource.n", ERROR_CEDAR_ENTITY, NULL},
        {"context.n + context.boss.n", ERROR_OK, "14"},
        {"context has boss", ERROR_OK, "true"},
        {"context has gone", ERROR_OK, "false"},
        {"context.gone", ERROR_CEDAR_ATTRIBUTE, NULL},
        {"principal in G::\"g\"", ERROR_OK, "true"},
        {"principal in G::\"top\"", ERROR_OK, "true"},
        {"principal in G::\"no\"", ERROR_OK, "false"},
        {"G::\"g\" in principal", ERROR_OK, "false"},
        {"G::\"top\" in G::\"top\"", ERROR_OK, "true"},
        {"principal in [G::\"no\", G::\"top\"]", ERROR_OK, "true"},
        {"principal in [G::\"no\"]", ERROR_OK, "false"},
        {"principal in [principal, 1]", ERROR_CEDAR_TYPE, NULL},
        {"principal is U in G::\"top\"", ERROR_OK, "true"},
        {"principal is V in G::\"top\"", ERROR_OK, "false"},
        {"principal.hasTag(\"t\")", ERROR_OK, "true"},
        {"principal.getTag(\"t\")", ERROR_OK, "true"},
        {"principal.hasTag(\"n\")", ERROR_OK, "false"},
        {"principal.getTag(\"n\")", ERROR_CEDAR_TAG, NULL},
        {"G::\"g\".getTag(\"t\")", ERROR_CEDAR_TAG, NULL},
        {"resource.getTag(\"t\")", ERROR_CEDAR_ENTITY, NULL},
        {"[principal.n, context.n, 1]", ERROR_OK, "[1, 7]"},
        {"{b: principal.n, a: [context.boss], c: {}, d: {}}.a", ERROR_OK, "[U::\"b\"]"},
        {"{b: principal.n, a: 1, c: {}, d: {}} == {d: {}, c: {}, a: 1, b: 7}", ERROR_OK, "true"},
        {"context == {n: 7, boss: U::\"b\"}", ERROR_OK, "true"},
        {"context", ERROR_OK, "{boss: U::\"b\", n: 7}"},
        {"if principal.n == 7 then principal.boss else 1", ERROR_OK, "U::\"b\""},
        {"principal.n == 7 || principal.gone.n == 1", ERROR_OK, "true"},
        {"principal.n == 8 || principal.gone.n == 1", ERROR_CEDAR_ENTITY, NULL},
        {"principal.n == 8 && principal.gone.n == 1", ERROR_OK, "false"},
        {"principal.n == 7 && principal.n", ERROR_CEDAR_TYPE, NULL},
        {"decimal(principal.n)", ERROR_CEDAR_TYPE, NULL},
        /* What is no Bool is found out on the right side too, whatever it is made by. */
        {"principal.n == 7 && principal.n + 1", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && -(principal.n)", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && (if principal.n == 7 then 1 else true)", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && (if principal.n == 8 then true else 1)", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && principal.getTag(\"s\")", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && principal", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && context", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && [true]", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && {a: true}", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && decimal(\"1.0\")", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && ip(\"::1\")", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && datetime(\"1970-01-01\")", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && duration(\"1d\")", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && datetime(\"1970-01-01\").offset(duration(\"1d\"))", ERROR_CEDAR_TYPE,
         NULL},
        {"principal.n == 7 && datetime(\"1970-01-01\").durationSince(datetime(\"1970-01-01\"))",
         ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && datetime(\"1970-01-01\").toDate()", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && datetime(\"1970-01-01\").toTime()", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && duration(\"1d\").toMilliseconds()", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && duration(\"1d\").toSeconds()", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && duration(\"1d\").toMinutes()", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && duration(\"1d\").toHours()", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && duration(\"1d\").toDays()", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 8 || principal.n - 1", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 8 || principal.n * 1", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 8 || context.boss", ERROR_CEDAR_TYPE, NULL},
        {"principal.n == 7 && principal.getTag(\"t\")", ERROR_OK, "true"},
        {"principal.n == 7 && !principal.getTag(\"t\")", ERROR_OK, "false"},
        {"principal.n == 8 && principal.n == 7 || principal.n == 7", ERROR_OK, "true"},
        {"(principal.n == 7 || principal.n == 8) && principal.n == 8", ERROR_OK, "false"},
        {"(principal.n == 7 || principal.n == 8) && principal.n == 7", ERROR_OK, "true"},
        {"principal.n == 8 && principal.n == 8 && principal.n == 8 || principal.n == 7", ERROR_OK,
         "true"},
        /* Nothing about entities is known before there are any. */
        {"G::\"g\" in G::\"top\"", ERROR_OK, "true"},
        {"G::\"g\" is G in G::\"top\"", ERROR_OK, "true"},
        {"U::\"a\" in [G::\"x\", G::\"top\"]", ERROR_OK, "true"},
        {"U::\"a\".hasTag(\"t\")", ERROR_OK, "true"},
        {"U::\"a\".getTag(\"t\")", ERROR_OK, "true"},
        {"U::\"a\" has n", ERROR_OK, "true"},
        {"U::\"a\".n", ERROR_OK, "7"},
        {"principal in [G::\"before all\", G::\"top\"]", ERROR_OK, "true"},
        {"principal in [G::\"before all\", G::\"later\"]", ERROR_OK, "false"},
        {"G::\"g\".n", ERROR_CEDAR_ATTRIBUTE, NULL},
        {"G::\"g\" has n", ERROR_OK, "false"},
        {"principal is U in [G::\"no\", G::\"g\"]", ERROR_OK, "true"},
        {"principal is U in 1", ERROR_CEDAR_TYPE, NULL},
        {"principal in [G::\"no\", principal]", ERROR_OK, "true"},
        {"principal in \"x\"", ERROR_CEDAR_TYPE, NULL},
        {"principal in {}", ERROR_CEDAR_TYPE, NULL},
        {"principal.boss in principal.boss", ERROR_OK, "true"},
        {"principal.boss in G::\"g\"", ERROR_OK, "false"},
        {"{d: 4, c: 3, b: 2, a: 1}.b + {d: 4, c: 3, b: 2, a: 1}.d", ERROR_OK, "6"},
        {"{e: 5, d: 4, c: 3, b: 2, a: 1} has f", ERROR_OK, "false"},
        {"principal.n == 7 && principal.n != 8", ERROR_OK, "true"},
        {"principal.n != 7", ERROR_OK, "false"},
        {"principal.n != context.n", ERROR_OK, "false"},
        {"principal.n > 6 && principal.n >= 7 && principal.n < 8 && principal.n <= 7", ERROR_OK,
         "true"},
        {"principal.n > 7 || principal.n >= 8 || principal.n < 7 || principal.n <= 6", ERROR_OK,
         "false"},
        {"[3, \"a\", true, U::\"z\", U::\"b\", [2], [1], {}, -1]", ERROR_OK,
         "[true, -1, 3, \"a\", U::\"b\", U::\"z\", [1], [2], {}]"},
    };
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        assert_gives(&world, about[i].text, about[i].error, about[i].value);
    world_end(&world);
}

/* Many elements: sorting and halving instead of looking at all. */
static void large_sets(void **state)
{
    (void)state;
    struct world world;
    struct buffer text = {0};
    world_start(&world);
    assert_int_equal(cedar_entities_freeze(world.entities, NULL), ERROR_OK);
    buffer_append_text(&text, "[");
    for (int i = 0; i < 1000; i++)
        buffer_printf(&text, "%d, {a: %d}, ", i * 7919 % 1000, i % 10);
    buffer_append_text(&text, "if principal == U::\"a\" then 1001 else 2]");
    buffer_append_text(&text, ".containsAll([999, 0, 1001, {a: 9}])");
    assert_gives(&world, buffer_text(&text), ERROR_OK, "true");
    buffer_append_text(&text, " && ![1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].contains(12)");
    assert_gives(&world, buffer_text(&text), ERROR_OK, "true");
    buffer_free(&text);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_without_entities),
        cmocka_unit_test(expressions_about_entities),
        cmocka_unit_test(large_sets),
    };
    return cmocka_run_group_tests_name("cedar_evaluate", tests, NULL, NULL);
}
