#include "calendar/object-values.h"

#include "base/phrase.h"
#include "calendar/object-tree.h"
#include "calendar/rule.h"
#include "calendar/value.h"

#include <string.h>

enum { WORD_SIZE = 64 };

static bool is_time(const char *value)
{
        return when_parse(value, &(When){ .form = WHEN_NONE }) == 0;
}

/* Whether each value of a list is a time; for a period, whether its start is one. */
static bool are_times(const char *list)
{
        for (;; list++) {
                char word[WORD_SIZE];
                size_t len = strcspn(list, ","), n = strcspn(list, ",/");
                if (n >= sizeof(word))
                        return false;
                memcpy(word, list, n);
                word[n] = '\0';
                if (!is_time(word))
                        return false;
                list += len;
                if (!*list)
                        return true;
        }
}

static bool is_duration(const char *value)
{
        Duration duration;
        return value_parse_duration(value, &duration) == 0;
}

static const struct {
        const char *name;
        bool is_single;
        bool (*is_valid)(const char *value);
        const char *fault;
} properties[] = {
        { "DTSTART", true, is_time, .fault = "is no date or time" },
        { "DTEND", true, is_time, .fault = "is no date or time" },
        { "DUE", true, is_time, .fault = "is no date or time" },
        { "RECURRENCE-ID", true, is_time, .fault = "is no date or time" },
        { "DTSTAMP", true, is_time, .fault = "is no date or time" },
        { "DURATION", true, is_duration, .fault = "is no duration" },
        { "EXDATE", false, are_times, .fault = "is no date or time" },
        { "RDATE", false, are_times, .fault = "is no date or time" },
        { "RRULE", false, rule_is_valid, .fault = "is no recurrence rule" },
};

static int refuse(InputError *error, size_t line, const char *name, const char *what)
{
        input_error_set(error, line, name, "%s", phrase(what));
        return OBJECT_VALUES_E_INVALID;
}

static int check_property(const ObjectNode *node, size_t i, InputError *error)
{
        const char *name = properties[i].name;
        const ContentLine *line = NULL;
        for (int n = 0; (line = object_node_line(node, name, line)); n++) {
                if (n > 0 && properties[i].is_single)
                        return refuse(error, line->number, name, "stands more than once");
                if (!properties[i].is_valid(line->value))
                        return refuse(error, line->number, name, properties[i].fault);
        }
        return 0;
}

static int check_component(const ObjectNode *node, InputError *error)
{
        int r = 0;
        for (size_t i = 0; r == 0 && i < sizeof(properties) / sizeof(properties[0]); i++)
                r = check_property(node, i, error);
        if (r != 0)
                return r;
        const ContentLine *length = object_node_line(node, "DURATION", NULL);
        if (length && (object_node_line(node, "DTEND", NULL) || object_node_line(node, "DUE", NULL)))
                return refuse(error, length->number, "DURATION", "stands beside an end");
        if (strcmp(node->name, "VEVENT") == 0 && !object_node_line(node, "DTSTART", NULL))
                return refuse(error, 0, "VEVENT", "has no DTSTART");
        return 0;
}

static bool has_times(const ObjectNode *node)
{
        return strcmp(node->name, "VEVENT") == 0 || strcmp(node->name, "VTODO") == 0 ||
               strcmp(node->name, "VJOURNAL") == 0;
}

int object_values_check(const char *text, size_t len, InputError *ret_error)
{
        CLEANUP(object_tree_freep) ObjectTree *tree = NULL;
        int r = object_tree_new(text, len, &tree);
        if (r == OBJECT_TREE_E_INVALID)
                return refuse(ret_error, 0, "VCALENDAR", "has a value that is none");
        const ObjectNode *node = r == 0 ? object_tree_root(tree)->children : NULL;
        for (; r == 0 && node; node = node->next)
                r = has_times(node) ? check_component(node, ret_error) : 0;
        return r;
}
