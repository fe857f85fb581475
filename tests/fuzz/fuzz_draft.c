/*
 * A file as `convene draft` gets it. Every field lies within the text, and every event is a part of
 * another one at most.
 */

#include "draft/draft.h"
#include "draft/json.h"
#include "draft/source.h"

#include <assert.h>
#include <stdint.h>

enum { OUT_BYTES = 64 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_field(const DraftSet *set, const DraftField *field)
{
        assert(field->start <= field->end && field->end <= set->len);
        assert(!field->text || field->basis != DRAFT_OPEN);
}

static void check(const DraftSet *set)
{
        for (size_t i = 0; i < set->n_events; i++) {
                const DraftEvent *event = &set->events[i];
                check_field(set, &event->title);
                check_field(set, &event->dates);
                check_field(set, &event->town);
                check_field(set, &event->venue);
                assert(event->parent == SIZE_MAX || (event->parent < set->n_events && event->parent != i));
                assert(!draft_event_is_dated(event) || date_days(&event->from) <= date_days(&event->to));
        }
        for (size_t i = 0; i < set->n_persons; i++)
                check_field(set, &set->persons[i].name);
        for (size_t i = 0; i < set->n_contacts; i++)
                check_field(set, &set->contacts[i].value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(source_text_done) SourceText text = { .written = { 0 } };
        CLEANUP(draft_set_done) DraftSet set = { .n_events = 0 };
        CLEANUP(buffer_done) Buffer out = BUFFER_INIT(OUT_BYTES);
        const DraftOptions options = { .written = { 2025, 6, 11 } };
        if (source_read((const char *)data, size, &text) != 0)
                return 0;
        if (draft_read(buffer_text(&text.text), text.text.len, &options, &set) != 0)
                return 0;
        check(&set);
        draft_write_json(&set, "ru", &out);
        assert(buffer_error(&out) == 0);
        return 0;
}
