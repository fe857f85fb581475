#include "calendar/repair-omit.h"

#include <errno.h>
#include <search.h>
#include <string.h>

/* Whether the STATUS line cancels the event, or is in doubt beside another one that does. */
static bool may_cancel(const Block *block, const Entry *entry)
{
        return strcmp(entry->name, "STATUS") == 0 &&
               (block->component.status == EVENT_CANCELLED ||
                               repair_status_may_cancel(entry->line.value, entry->line.value_len));
}

static int compare_octets(const void *a, const void *b)
{
        const Entry *first = a, *second = b;
        if (first->given_len != second->given_len)
                return first->given_len < second->given_len ? -1 : 1;
        return memcmp(first->given, second->given, first->given_len);
}

int repair_note_kept(Repair *repair, const Entry *entry)
{
        return tsearch(entry, &repair->kept, compare_octets) ? 0 : -ENOMEM;
}

static void keep_entry(void *entry)
{
        (void)entry; /* it belongs to the list of entries */
}

void repair_forget_kept(Repair *repair)
{
        tdestroy(repair->kept, keep_entry);
        repair->kept = NULL;
}

/* Whether an earlier line of the component that is kept has the same octets. */
static bool is_repeated(const Repair *repair, const Entry *entry)
{
        return tfind(entry, &repair->kept, compare_octets) != NULL;
}

static bool is_blank(const ContentLine *line)
{
        return !line->value[strspn(line->value, " \t,;")];
}

static bool is_of_series(const Entry *entry)
{
        static const char *const names[] = { "RRULE", "RDATE", "EXDATE", "EXRULE" };
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
                if (strcmp(entry->name, names[i]) == 0)
                        return true;
        return false;
}

bool repair_may_omit(const Repair *repair, const Block *block, const Entry *entry)
{
        if (strcmp(entry->name, "DTSTART") == 0 || strcmp(entry->name, "RECURRENCE-ID") == 0 ||
                        may_cancel(block, entry))
                return is_repeated(repair, entry);
        return !repair_decides(entry->name) || is_blank(&entry->line) ||
               (block->component.is_override && is_of_series(entry)) || is_repeated(repair, entry);
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
