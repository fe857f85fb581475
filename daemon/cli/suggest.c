#include "cli/suggest.h"

#include <stdbool.h>
#include <string.h>

/* Longer words resemble no name: all names are shorter. */
enum { WORD_MAX = 63 };

static char lower(char c)
{
        return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
        return a < b ? a : b;
}

/* Computes one row of the table of distances from the two rows before it. */
static void next_row(const char *word, const char *name, size_t i, size_t rows[3][WORD_MAX + 1])
{
        const size_t *before = rows[(i + 1) % 3], *last = rows[(i + 2) % 3];
        size_t *row = rows[i % 3], n = strlen(name);
        row[0] = i;
        for (size_t k = 1; k <= n; k++) {
                bool same = lower(word[i - 1]) == lower(name[k - 1]);
                row[k] = least(least(last[k] + 1, row[k - 1] + 1), last[k - 1] + !same);
                if (i > 1 && k > 1 && lower(word[i - 1]) == lower(name[k - 2]) &&
                                lower(word[i - 2]) == lower(name[k - 1]))
                        row[k] = least(row[k], before[k - 2] + 1);
        }
}

static size_t distance(const char *word, const char *name)
{
        size_t rows[3][WORD_MAX + 1], len = strlen(word), n = strlen(name);
        if (len > WORD_MAX || n > WORD_MAX)
                return len + n;
        for (size_t k = 0; k <= n; k++)
                rows[0][k] = k;
        for (size_t i = 1; i <= len; i++)
                next_row(word, name, i, rows);
        return rows[len % 3][n];
}

const char *suggest_name(const char *word, const char *(*name)(size_t index, const void *userdata),
                const void *userdata)
{
        const char *best = NULL, *found;
        size_t fewest = strlen(word) / 3 + 1;
        for (size_t i = 0; (found = name(i, userdata)); i++) {
                size_t n = distance(word, found);
                if (n >= fewest + (best == NULL))
                        continue;
                fewest = n;
                best = found;
        }
        return best;
}
