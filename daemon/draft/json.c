#include "draft/json.h"

#include "base/json.h"
#include "draft/words.h"

#include <stdio.h>

typedef struct Json {
        const DraftSet *set;
        const char *language;
        Buffer *out;
} Json;

void draft_day_text(const DraftDay *day, char ret[static 16])
{
        if (day->year && day->month && day->day)
                snprintf(ret, 16, "%04d-%02d-%02d", day->year % 10000, day->month % 100, day->day % 100);
        else if (day->month && day->day)
                snprintf(ret, 16, "--%02d-%02d", day->month % 100, day->day % 100);
        else
                ret[0] = '\0';
}

static void put_basis(const Json *json, const DraftField *field)
{
        json_member(json->out, "basis", draft_basis_name(field->basis));
        json_member(json->out, "why", draft_why_text(field->why, json->language));
        if (field->end > field->start) {
                buffer_puts(json->out, ", \"words\": ");
                json_string_of(json->out, json->set->text + field->start, field->end - field->start);
                buffer_printf(json->out, ", \"at\": [%u, %u]", field->start, field->end);
        }
}

/* Appends `, "name": {"value": ..., "basis": ...}`; an open field is left out. */
static void put_field(const Json *json, const char *name, const DraftField *field)
{
        if (!field->text)
                return;
        buffer_printf(json->out, ", \"%s\": {", name);
        json_member(json->out, "value", field->text);
        put_basis(json, field);
        buffer_puts(json->out, "}");
}

static const char *precision(const DraftEvent *event)
{
        if (!event->dates.text)
                return "none";
        if (event->form == DATE_WINDOW)
                return "window";
        return draft_event_is_dated(event) ? "day" : "day-without-year";
}

static void put_dates(const Json *json, const DraftEvent *event)
{
        char from[16], to[16];
        draft_day_text(&event->from, from);
        draft_day_text(&event->to, to);
        if (!event->dates.text)
                return;
        buffer_puts(json->out, ", \"dates\": {");
        json_member(json->out, "start", from[0] ? from : NULL);
        json_member(json->out, "end", to[0] ? to : NULL);
        json_member(json->out, "precision", precision(event));
        put_basis(json, &event->dates);
        buffer_puts(json->out, "}");
}

static void put_time(const Json *json, const DraftEvent *event)
{
        char text[16];
        if (event->start_minute < 0)
                return;
        buffer_puts(json->out, ", \"time\": {");
        snprintf(text, sizeof(text), "%02d:%02d", event->start_minute / 60 % 100, event->start_minute % 60);
        json_member(json->out, "start", text);
        snprintf(text, sizeof(text), "%02d:%02d", event->end_minute / 60 % 100, event->end_minute % 60);
        json_member(json->out, "end", event->end_minute >= 0 ? text : NULL);
        put_basis(json, &event->time);
        buffer_puts(json->out, "}");
}

static void put_persons(const Json *json, size_t event)
{
        const DraftSet *set = json->set;
        bool is_first = true;
        buffer_puts(json->out, ", \"people\": [");
        for (size_t i = 0; i < set->n_persons; i++) {
                const DraftPerson *person = &set->persons[i];
                if (person->event != event)
                        continue;
                buffer_puts(json->out, is_first ? "{" : ", {");
                is_first = false;
                json_member(json->out, "name", person->name.text);
                put_basis(json, &person->name);
                put_field(json, "post", &person->post);
                buffer_printf(json->out, ", \"contact\": %s}", person->is_contact ? "true" : "false");
        }
        buffer_puts(json->out, "]");
}

static const char *role_name(int role)
{
        static const char *const names[] = { [ROLE_ORGANISER] = "organiser",
                [ROLE_SUPPORT] = "support",
                [ROLE_PARTNER] = "partner",
                [ROLE_HOST] = "host" };
        return names[role];
}

static void put_bodies(const Json *json, size_t event)
{
        const DraftSet *set = json->set;
        bool is_first = true;
        buffer_puts(json->out, ", \"bodies\": [");
        for (size_t i = 0; i < set->n_bodies; i++) {
                if (set->bodies[i].event != event)
                        continue;
                buffer_puts(json->out, is_first ? "{" : ", {");
                is_first = false;
                json_member(json->out, "name", set->bodies[i].name.text);
                json_member(json->out, "role", role_name(set->bodies[i].role));
                put_basis(json, &set->bodies[i].name);
                buffer_puts(json->out, "}");
        }
        buffer_puts(json->out, "]");
}

static void put_event(const Json *json, size_t i)
{
        static const char *const tenses[] = { [DRAFT_UNTOLD] = NULL,
                [DRAFT_REPORTED] = "report",
                [DRAFT_RUNNING] = "running",
                [DRAFT_ANNOUNCED] = "announcement" };
        const DraftEvent *event = &json->set->events[i];
        buffer_printf(json->out, "%s\n  {\"id\": %zu, \"part_of\": ", i ? "," : "", i + 1);
        if (event->parent != SIZE_MAX)
                buffer_printf(json->out, "%zu", event->parent + 1);
        else
                buffer_puts(json->out, "null");
        put_field(json, "title", &event->title);
        put_field(json, "other_title", &event->other_title);
        put_field(json, "kind", &event->kind);
        json_member(json->out, "told_as", tenses[event->tense]);
        put_dates(json, event);
        if (event->length_days)
                buffer_printf(json->out, ", \"length_days\": %d", event->length_days);
        put_time(json, event);
        put_field(json, "zone", &event->zone);
        put_field(json, "town", &event->town);
        put_field(json, "region", &event->region);
        put_field(json, "venue", &event->venue);
        put_persons(json, i);
        put_bodies(json, i);
        buffer_puts(json->out, "}");
}

static void put_contact(const Json *json, size_t i)
{
        static const char *const forms[] = {
                [DRAFT_TELEPHONE] = "telephone", [DRAFT_MAIL] = "mail", [DRAFT_LINK] = "link"
        };
        const DraftContact *contact = &json->set->contacts[i];
        buffer_puts(json->out, i ? ",\n  {" : "\n  {");
        json_member(json->out, "form", forms[contact->form]);
        json_member(json->out, "value", contact->value.text);
        json_member(json->out, "uri", contact->uri);
        if (contact->person != SIZE_MAX)
                json_member(json->out, "person", json->set->persons[contact->person].name.text);
        put_basis(json, &contact->value);
        buffer_puts(json->out, "}");
}

void draft_write_json(const DraftSet *set, const char *language, Buffer *out)
{
        const Json json = { set, language, out };
        char day[16];
        draft_day_text(&set->written_day, day);
        buffer_puts(out, "{");
        json_member(out, "language", set->is_russian ? "ru" : "en");
        json_member(out, "written", day[0] ? day : NULL);
        put_field(&json, "written_from", &set->written);
        buffer_puts(out, ",\n \"events\": [");
        for (size_t i = 0; i < set->n_events; i++)
                put_event(&json, i);
        buffer_puts(out, "],\n \"contacts\": [");
        for (size_t i = 0; i < set->n_contacts; i++)
                put_contact(&json, i);
        buffer_puts(out, "]");
        put_persons(&json, SIZE_MAX);
        buffer_puts(out, ",\n \"materials\": [");
        for (size_t i = 0; i < set->n_materials; i++) {
                buffer_puts(out, i ? ", " : "");
                json_string(out, set->materials[i].text);
        }
        buffer_puts(out, "]}\n");
}
