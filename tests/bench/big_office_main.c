/* Makes the large office of the benchmarks: big_office FOLDER. It takes minutes. */
#include <stdio.h>
#include <stdlib.h>

#include "big_office.h"

int main(int count, char **arguments)
{
    struct big_office made;
    if (count != 2) {
        fprintf(stderr, "Usage: big_office FOLDER\n");
        return EXIT_FAILURE;
    }
    if (!big_office_is_there(arguments[1], &made))
        big_office_make(arguments[1], &made);
    printf("%d events, made in %.0f s of processor time\n", BIG_EVENTS, made.seconds);
    return EXIT_SUCCESS;
}
