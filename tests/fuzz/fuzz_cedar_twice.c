/* Our Cedar engine against itself: the compiled program beside the reference evaluator that walks
 * the tree, requests settled beforehand beside requests that are not, validation beside evaluation.
 * The bytes are the choices of a generated case (tests/differential), or choices and then, behind
 * the first 256, the text of the policies. */
#include "../differential/answer.h"
#include "check.h"

enum { CHOICES_BEFORE_TEXT = 256 };

static void judge(struct sample *sample)
{
    struct answer answer = {0};
    struct buffer question = {0};
    struct ours *ours = ours_judge(sample, &answer);
    check(answer.complaints.length == 0);
    /* Printing, laying out and translating end the program when they fail. */
    if (bytes_are_utf8(buffer_view(&sample->policies), NULL))
        ours_question(sample, ours, &question);
    ours_free(ours);
    answer_free(&answer);
    buffer_free(&question);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sample sample = {0};
    bool with_text = size > CHOICES_BEFORE_TEXT && data[0] & 1;
    size_t count = with_text ? CHOICES_BEFORE_TEXT : size;
    uint32_t *list = calloc(count + 1, sizeof *list);
    check(list != NULL);
    /* A choice is a byte: nearly all have fewer than 256 possibilities. */
    for (size_t i = 1; i < count; i++)
        list[i - 1] = data[i];
    struct choices choices = choices_replayed(list, count ? count - 1 : 0);
    generate_sample(&choices, &sample);
    if (with_text) {
        buffer_clear(&sample.policies);
        buffer_append(&sample.policies, data + count, size - count);
    }
    sample.with_round_trips = true;
    judge(&sample);
    sample_free(&sample);
    choices.replayed = NULL;
    choices_free(&choices);
    free(list);
    return 0;
}
