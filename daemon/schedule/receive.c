#include "schedule/receive.h"

#include "schedule/delegate.h"
#include "schedule/override.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool receive_is_stale(const Receipt *receipt)
{
        const ItipComponent *given = receipt->message->components;
        const ItipComponent *kept =
                        receipt->kept ? itip_find(receipt->kept->components, given->instance) : NULL;
        return kept && itip_number(given, "SEQUENCE") < itip_number(kept, "SEQUENCE");
}

bool receive_is_old_answer(const ItipObject *kept, const ItipComponent *given)
{
        const ItipComponent *component = itip_find(kept->components, given->instance);
        if (!component)
                component = itip_find(kept->components, "");
        return component && itip_number(given, "SEQUENCE") < itip_number(component, "SEQUENCE");
}

static ItipComponent *copy_whole(Arena *arena, const ItipComponent *component)
{
        ItipComponent *copy = itip_copy(arena, component);
        if (copy) {
                copy->inner = component->inner;
                copy->inner_len = component->inner_len;
        }
        return copy;
}

/* ---- Requests ---- */

static bool is_own(const char *name)
{
        return strncmp(name, "X-", 2) == 0 || strcmp(name, "TRANSP") == 0 ||
               strcmp(name, "COMPLETED") == 0 || strcmp(name, "PERCENT-COMPLETE") == 0;
}

/* Takes what is the recipient's own from the component that it had. */
static int keep_own(Arena *arena, const ItipComponent *kept, ItipComponent *given)
{
        int r = 0;
        given->inner = kept->inner;
        given->inner_len = kept->inner_len;
        for (size_t i = 0; r == 0 && i < kept->n_lines; i++)
                if (is_own(kept->lines[i].content.name))
                        r = itip_set(arena, given, kept->lines[i].content.name, NULL);
        for (size_t i = 0; r == 0 && i < kept->n_lines; i++)
                if (is_own(kept->lines[i].content.name))
                        r = itip_add(arena, given, &kept->lines[i]);
        return r;
}

static int take_over(const Receipt *receipt, const ItipComponent *given, ItipComponent **ret)
{
        Arena *arena = &receipt->message->arena;
        ItipComponent *components = receipt->kept ? receipt->kept->components : NULL;
        const ItipComponent *kept = itip_find(components, given->instance);
        if (!kept)
                kept = itip_find(components, "");
        *ret = itip_copy(arena, given);
        if (!*ret)
                return -ENOMEM;
        return kept ? keep_own(arena, kept, *ret) : 0;
}

/* Whether the recipient has removed an instance that it has declined. */
static bool has_removed(const Receipt *receipt, const ItipComponent *given)
{
        const ItipComponent *master = receipt->kept ? itip_find(receipt->kept->components, "") : NULL;
        const ItipLine *own = itip_attendee(given, receipt->user);
        return given->instance[0] && master && own &&
               strcasecmp(itip_param(own, "PARTSTAT"), "DECLINED") == 0 &&
               itip_has_date(receipt->kept, master, "EXDATE", given->instance);
}

static int exclude(Arena *arena, ItipComponent *master, const ItipComponent *instance)
{
        ItipLine line;
        const ItipLine *recurrence = itip_line(instance, "RECURRENCE-ID", NULL);
        int r = recurrence ? itip_rename(arena, recurrence, "EXDATE", &line) : 0;
        if (r == 0 && recurrence)
                r = itip_set_param(arena, &line, "RANGE", NULL);
        return r == 0 && recurrence ? itip_add(arena, master, &line) : r;
}

/* The message has all instances of the recipient. */
static int replace_all(const Receipt *receipt, ItipComponent **ret)
{
        ItipComponent *first = NULL, **end = &first;
        int r = 0;
        for (const ItipComponent *given = receipt->message->components; r == 0 && given;
                        given = given->next) {
                if (has_removed(receipt, given))
                        continue;
                r = take_over(receipt, given, end);
                if (*end)
                        end = &(*end)->next;
        }
        ItipComponent *master = itip_find(first, "");
        for (const ItipComponent *given = receipt->message->components; r == 0 && master && given;
                        given = given->next)
                if (has_removed(receipt, given))
                        r = exclude(&receipt->message->arena, master, given);
        *ret = first;
        return r;
}

/* Removes an instance from the EXDATEs of a master, because it takes place again. */
static int include(const Receipt *receipt, ItipComponent *master, const char *instance)
{
        ItipLine *line = itip_line(master, "EXDATE", NULL);
        while (line) {
                char key[32];
                itip_instance(receipt->kept, &line->content, line->content.value, key);
                bool is_single = !strchr(line->content.value, ',');
                if (is_single && strcmp(key, instance) == 0) {
                        itip_remove(master, line);
                        return 0;
                }
                line = itip_line(master, "EXDATE", line);
        }
        return 0;
}

/* The message has instances of a series; the others of the recipient stay. */
static int merge(const Receipt *receipt, ItipComponent **ret)
{
        ItipComponent *first = NULL, **end = &first;
        ItipComponent *given_all = receipt->message->components;
        int r = 0;
        for (const ItipComponent *kept = receipt->kept->components; kept; kept = kept->next) {
                if (itip_find(given_all, kept->instance))
                        continue;
                *end = copy_whole(&receipt->message->arena, kept);
                if (!*end)
                        return -ENOMEM;
                end = &(*end)->next;
        }
        ItipComponent *master = itip_find(first, "");
        for (const ItipComponent *given = given_all; r == 0 && given; given = given->next) {
                r = take_over(receipt, given, end);
                if (r == 0 && master)
                        r = include(receipt, master, given->instance);
                if (*end)
                        end = &(*end)->next;
        }
        *ret = first;
        return r;
}

int receive_request(const Receipt *receipt, Buffer *out)
{
        ItipComponent *components = NULL;
        bool has_master = itip_find(receipt->message->components, "");
        int r = has_master || !receipt->kept ? replace_all(receipt, &components)
                                             : merge(receipt, &components);
        if (r != 0)
                return r;
        receipt->message->more_zones = has_master ? NULL : receipt->kept;
        itip_print(receipt->message, components, NULL, out);
        return buffer_error(out);
}

/* ---- Cancellations ---- */

static int cancel_component(const Receipt *receipt, const ItipComponent *given, ItipComponent *kept)
{
        char line[48];
        Arena *arena = &receipt->message->arena;
        int r = itip_set(arena, kept, "STATUS", "STATUS:CANCELLED");
        snprintf(line, sizeof(line), "SEQUENCE:%ld", itip_number(given, "SEQUENCE"));
        if (r == 0 && itip_number(given, "SEQUENCE") > itip_number(kept, "SEQUENCE"))
                r = itip_set(arena, kept, "SEQUENCE", line);
        return r;
}

static ItipComponent **find_place(ItipComponent **components, const char *instance)
{
        while (*components && strcmp((*components)->instance, instance) != 0)
                components = &(*components)->next;
        return components;
}

/* An instance of a series that the recipient has leaves it; without the series, it is cancelled. */
static int cancel_instance(const Receipt *receipt, const ItipComponent *given, ItipComponent **components)
{
        ItipComponent *master = itip_find(*components, "");
        ItipComponent **place = find_place(components, given->instance);
        if (!master)
                return *place ? cancel_component(receipt, given, *place) : 0;
        if (*place)
                *place = (*place)->next;
        if (itip_has_date(receipt->kept, master, "EXDATE", given->instance))
                return 0;
        return exclude(&receipt->message->arena, master, given);
}

static int copy_kept(const Receipt *receipt, ItipComponent **end)
{
        for (const ItipComponent *kept = receipt->kept->components; kept; kept = kept->next) {
                *end = copy_whole(&receipt->message->arena, kept);
                if (!*end)
                        return -ENOMEM;
                end = &(*end)->next;
        }
        return 0;
}

int receive_cancel(const Receipt *receipt, Buffer *out)
{
        ItipComponent *components = NULL;
        const ItipComponent *whole = itip_find(receipt->message->components, "");
        int r = copy_kept(receipt, &components);
        for (ItipComponent *kept = whole ? components : NULL; r == 0 && kept; kept = kept->next)
                r = cancel_component(receipt, whole, kept);
        const ItipComponent *given = whole ? NULL : receipt->message->components;
        for (; r == 0 && given; given = given->next)
                r = cancel_instance(receipt, given, &components);
        if (r != 0)
                return r;
        itip_print(receipt->kept, components, NULL, out);
        return buffer_error(out);
}

/* ---- Answers ---- */

/* Sets the answer in a component of the organizer. */
static int set_answer(const Receipt *receipt, const ItipComponent *given, ItipComponent *kept, bool *ret,
                bool *ret_removed)
{
        char status[16];
        Arena *arena = &receipt->kept->arena;
        const ItipLine *from = itip_attendee(given, receipt->user);
        ItipLine *to = itip_attendee(kept, receipt->user);
        const char *answer = from ? itip_param(from, "PARTSTAT") : "";
        const char *code = itip_value(given, "REQUEST-STATUS");
        if (!to || !answer[0] || itip_number(given, "SEQUENCE") < itip_number(kept, "SEQUENCE"))
                return 0;
        snprintf(status, sizeof(status), "%.*s", (int)strspn(code, "0123456789."), code);
        *ret = true;
        int r = itip_set_param(arena, to, "PARTSTAT", answer);
        if (r == 0)
                r = itip_set_param(arena, to, "DELEGATED-TO", delegate_of(from));
        if (r == 0)
                r = itip_set_param(arena, to, "SCHEDULE-STATUS", status[0] ? status : "2.0");
        /* The delegate takes part, so that its own answer counts (RFC 5546, 2.1.2). */
        if (r == 0)
                r = delegate_ensure(arena, kept, receipt->user, ret_removed);
        return r == ITIP_E_MANY ? 0 : r;
}

/* Finds the component that an answer is about. An instance of the series gets an override for it. */
static int find_answered(const Receipt *receipt, const ItipComponent *given, ItipComponent **ret)
{
        ItipObject *kept = receipt->kept;
        ItipComponent **end = &kept->components;
        int r = override_of(&kept->arena, kept, given, ret);
        if (r != 0 || !*ret || itip_find(kept->components, given->instance))
                return r;
        if (!itip_attendee(*ret, receipt->user)) {
                *ret = NULL;
                return 0;
        }
        while (*end)
                end = &(*end)->next;
        *end = *ret;
        return 0;
}

int receive_reply(const Receipt *receipt, bool *ret, bool *ret_removed)
{
        int r = 0;
        *ret = *ret_removed = false;
        for (const ItipComponent *given = receipt->message->components; r == 0 && given;
                        given = given->next) {
                ItipComponent *kept;
                r = find_answered(receipt, given, &kept);
                if (r == 0 && kept)
                        r = set_answer(receipt, given, kept, ret, ret_removed);
        }
        return r;
}

int receive_answers(const Receipt *receipt, bool *ret)
{
        int r = 0;
        *ret = false;
        for (ItipComponent *kept = receipt->kept->components; kept; kept = kept->next) {
                const ItipComponent *given = itip_find(receipt->message->components, kept->instance);
                if (!given)
                        given = itip_find(receipt->message->components, "");
                for (size_t i = 0; r == 0 && given && i < kept->n_lines; i++) {
                        ItipLine *line = &kept->lines[i];
                        bool is_other = strcmp(line->content.name, "ATTENDEE") == 0 &&
                                        strcmp(line->user, receipt->user) != 0;
                        const ItipLine *from = is_other ? itip_attendee(given, line->user) : NULL;
                        const char *answer = from ? itip_param(from, "PARTSTAT") : "";
                        if (!answer[0] || strcasecmp(answer, itip_param(line, "PARTSTAT")) == 0)
                                continue;
                        *ret = true;
                        r = itip_set_param(&receipt->kept->arena, line, "PARTSTAT", answer);
                }
        }
        return r;
}
