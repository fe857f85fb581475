#include "calendar/repair-omit.h"

#include <string.h>

/* Whether the STATUS line cancels the event, or is in doubt beside another one that does. */
static bool may_cancel(const Block *block, const Entry *entry)
{
        return strcmp(entry->name, "STATUS") == 0 &&
               (block->component.status == EVENT_CANCELLED ||
                               repair_status_may_cancel(entry->line.value, entry->line.value_len));
}

/* Whether an earlier line of the component has the same octets. */
static bool is_repeated(const Repair *repair, const Block *block, const Entry *entry)
{
        for (size_t i = block->begin + 1; i < block->end && &repair->entries[i] != entry; i++) {
                const Entry *earlier = &repair->entries[i];
                if (!earlier->left_out && earlier->line.depth == 2 &&
                                earlier->line.raw_len == entry->line.raw_len &&
                                memcmp(earlier->line.raw, entry->line.raw, entry->line.raw_len) == 0)
                        return true;
        }
        return false;
}

static bool is_blank(const ContentLine *line)
{
        return !line->value[strspn(line->value, " \t,;")];
}

bool repair_may_omit(const Repair *repair, const Block *block, const Entry *entry)
{
        static const char *const of_series[] = { "RRULE", "RDATE", "EXDATE", "EXRULE" };
        if (is_repeated(repair, block, entry))
                return true;
        if (strcmp(entry->name, "DTSTART") == 0 || strcmp(entry->name, "RECURRENCE-ID") == 0 ||
                        may_cancel(block, entry))
                return false;
        if (!repair_decides(entry->name) || is_blank(&entry->line))
                return true;
        for (size_t i = 0; block->component.is_override && i < sizeof(of_series) / sizeof(of_series[0]); i++)
                if (strcmp(entry->name, of_series[i]) == 0)
                        return true;
        return strcmp(entry->name, "SUMMARY") == 0; /* the second SUMMARY */
}

/* Orders the classes by how little they show. An empty value is none. */
static int secrecy(const Entry *entry)
{
        static const int of_class[] = { [EVENT_PUBLIC] = 1, [EVENT_CONFIDENTIAL] = 2, [EVENT_PRIVATE] = 3 };
        return is_blank(&entry->line) ? 0 : of_class[event_class_of(entry->line.value)];
}

int repair_class(Repair *repair, const Block *block)
{
        Entry *kept = NULL;
        int r = 0;
        for (size_t i = block->begin + 1; r == 0 && i < block->end; i++) {
                Entry *entry = &repair->entries[i];
                if (entry->left_out || !entry->line.name || entry->line.depth != 2 ||
                                strcmp(entry->name, "CLASS") != 0)
                        continue;
                Entry *omitted = !kept ? NULL : secrecy(entry) > secrecy(kept) ? kept : entry;
                kept = omitted == entry ? kept : entry;
                if (omitted) {
                        omitted->left_out = true;
                        r = repair_warn(repair, omitted, "comes twice, but may come once",
                                        "the line is left out");
                }
        }
        return r;
}
