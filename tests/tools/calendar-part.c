/*
 * Prints what mail/calendar-part finds in messages, for tests/e2e/test_calendar_part.py: for each file that
 * is named, one line with the number of octets, and the octets. -1 means none.
 */

#include "mail/calendar-part.h"
#include "base/cleanup.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
        for (int i = 1; i < argc; i++) {
                CLEANUP(cleanup_free) char *message = NULL;
                CLEANUP(cleanup_free) char *text = NULL;
                size_t len = 0;
                if (file_read(argv[i], 1 << 24, &message, &len) < 0 ||
                                calendar_part_read(message, len, &text) < 0)
                        return 1;
                printf("%ld\n%s", text ? (long)strlen(text) : -1L, text ? text : "");
        }
        return 0;
}
