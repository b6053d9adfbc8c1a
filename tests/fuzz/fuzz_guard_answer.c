/* Answers to a guard's renewals: a signed lease with fields changed as the input says, or bytes
 * that are no lease at all. The guard never becomes less strict by one that it should not take, and
 * an unchanged one is always taken. */
#include <string.h>

#include "check.h"
#include "guard_fixture.h"

static struct guard_fixture fixture;

struct change {
    const uint8_t *data;
    size_t size;
    bool refused; /* a field was changed that must have the one value */
};

static void flip(uint8_t *bytes, size_t size, uint8_t how)
{
    bytes[how % size] ^= (uint8_t)(1 + how / size % 255);
}

static void change_lease(struct lease *lease, void *context)
{
    struct change *change = context;
    for (size_t i = 0; i + 1 < change->size && i < 16; i += 2) {
        uint8_t how = change->data[i + 1];
        bool harmless = false;
        switch (change->data[i] % 10) {
        case 0:
            flip(lease->guard.bytes, DIGEST_SIZE, how);
            break;
        case 1:
            flip(lease->licence.bytes, DIGEST_SIZE, how);
            break;
        case 2:
            flip(lease->request.bytes, ID_SIZE, how);
            break;
        case 3:
            flip(lease->previous.bytes, DIGEST_SIZE, how);
            break;
        case 4:
            lease->sequence += 1 + (how & 0x7F);
            break;
        case 5:
            flip(lease->acknowledged.root.bytes, DIGEST_SIZE, how);
            break;
        case 6:
            lease->delegation += 1 + (how & 0x7F);
            break;
        case 7:
            lease->state = (enum lease_state)(1 + how % LEASE_REVOKED);
            harmless = true;
            break;
        case 8:
            lease->ttl = (10 + how) * MILLIS_SECOND;
            harmless = true;
            break;
        default:
            lease->time += how;
            harmless = true;
            break;
        }
        /* Two flips of one bit cancel out: then nothing is claimed. */
        change->refused = harmless ? change->refused : i == 0 && change->size < 4;
    }
}

static int64_t lease_left(void)
{
    struct enduse_status status = {.size = sizeof status};
    check(enduse_status(fixture.guard, &status) == ENDUSE_OK);
    return status.lease_left;
}

static void renew_well(void)
{
    struct fault fault;
    millis wait;
    fixture.authority.change_lease = NULL;
    fixture.authority.status = 0;
    check(guard_renew(fixture.guard, &fault, &wait) == ERROR_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fault fault;
    millis wait;
    struct fake_authority *authority = &fixture.authority;
    if (!fixture.guard) {
        fixture_init(&fixture, NULL);
        fixture_active(&fixture);
    }
    if (size == 0)
        return 0;
    struct change change = {.data = data + 1, .size = size - 1};
    uint64_t sequence = authority->sequence;
    struct digest previous = authority->previous;
    int64_t before = lease_left();
    bool raw = data[0] & 1;
    fixture_pass(1);
    if (raw) {
        authority->status = data[0] & 2 ? 200 : 409;
        authority->body = (struct bytes){data + 1, size - 1};
    } else {
        authority->change_lease = change_lease;
        authority->change_context = &change;
    }
    enum error error = guard_renew(fixture.guard, &fault, &wait);
    if (raw || change.refused)
        check(error != ERROR_OK);
    if (error)
        check(lease_left() < before || before <= 0);
    if (!raw && error) {
        /* The authority has not said it. */
        authority->sequence = sequence;
        authority->previous = previous;
        authority->lease.length = 0;
    }
    renew_well();
    return 0;
}
