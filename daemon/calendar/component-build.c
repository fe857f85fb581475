/*
 * Each property is made twice: as the line to print, and as libical's typed property. If libical prints the
 * typed property as the same line, the typed property is used. Otherwise the line becomes an extension
 * property (ICAL_X_PROPERTY), whose name is the name and the parameters of the line.
 */

#include "calendar/component-build.h"

#include "base/contentline.h"
#include "calendar/component.h"

#include <errno.h>
#include <libical/ical.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BUILD_MAX_BYTES = 16 * 1024 * 1024, TYPED_MAX_BYTES = 64 * 1024 };

#define PRODID      "-//convened//convened//EN"
#define END_OF_ROOT "END:VCALENDAR\r\n"

struct ComponentBuild {
        icalcomponent *root, *open;
        int error; /* negative errno */
};

/*
 * Makes libical set up its table of zones now: otherwise libical does this without a lock when it first
 * prints a time.
 */
static void set_up_zones(void)
{
        (void)icaltimezone_get_utc_timezone();
}

static void cleanup_property(icalproperty **property)
{
        if (*property)
                icalproperty_free(*property);
}

/* Appends the characters that a property's name may contain. */
static void append_name(Buffer *out, const char *name)
{
        for (; *name; name++)
                if ((*name >= 'A' && *name <= 'Z') || (*name >= 'a' && *name <= 'z') ||
                                (*name >= '0' && *name <= '9') || *name == '-')
                        buffer_putc(out, *name);
}

static void append_without_controls(Buffer *out, const char *text)
{
        for (; *text; text++)
                if (((unsigned char)*text >= 0x20 && *text != 0x7F) || *text == '\t')
                        buffer_putc(out, *text);
}

/* Writes the line to print: name and parameters to @head, the value to @value. */
static void write_exact(const BuildProperty *property, Buffer *head, Buffer *value)
{
        append_name(head, property->name);
        if (property->params)
                append_without_controls(head, property->params);
        if (property->text)
                content_escape(value, property->value);
        else
                append_without_controls(value, property->value);
}

/* Returns the end of a parameter: the next semicolon outside quotes. */
static const char *param_end(const char *param)
{
        for (bool quoted = false; *param && (quoted || *param != ';'); param++)
                quoted = quoted != (*param == '"');
        return param;
}

/* Adds the parameters in @params. Return: 0, -EINVAL if it is not a list of parameters, -ENOMEM. */
static int add_params(icalproperty *property, const char *params)
{
        while (*params == ';') {
                const char *end = param_end(++params);
                CLEANUP(cleanup_free) char *text = strndup(params, (size_t)(end - params));
                if (!text)
                        return -ENOMEM;
                icalparameter *param = icalparameter_new_from_string(text);
                if (!param)
                        return -EINVAL;
                icalproperty_add_parameter(property, param);
                params = end;
        }
        return *params ? -EINVAL : 0;
}

static icalvalue_kind value_kind(icalproperty *property)
{
        icalparameter *param = icalproperty_get_first_parameter(property, ICAL_VALUE_PARAMETER);
        icalvalue_kind kind = param ? icalparameter_value_to_value_kind(icalparameter_get_value(param))
                                    : ICAL_NO_VALUE;
        return kind != ICAL_NO_VALUE ? kind : icalproperty_kind_to_value_kind(icalproperty_isa(property));
}

/*
 * Makes libical's typed property. Return: NULL if libical does not know the property or rejects its value.
 */
static icalproperty *make_typed(const BuildProperty *given, const char *value)
{
        icalproperty_kind kind = icalproperty_string_to_kind(given->name);
        if (kind == ICAL_NO_PROPERTY || kind == ICAL_X_PROPERTY || strlen(value) > TYPED_MAX_BYTES)
                return NULL;
        CLEANUP(cleanup_property) icalproperty *property = icalproperty_new(kind);
        if (!property || add_params(property, given->params ? given->params : "") < 0)
                return NULL;
        icalvalue *typed = given->text ? icalvalue_new_text(given->value)
                                       : icalvalue_new_from_string(value_kind(property), value);
        if (!typed)
                return NULL;
        icalproperty_set_value(property, typed);
        return TAKE_PTR(property);
}

/* Whether libical prints @property as @head, a colon and @value. */
static bool prints_as(icalproperty *property, const Buffer *head, const Buffer *value)
{
        CLEANUP(cleanup_free) char *folded = icalproperty_as_ical_string_r(property);
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(BUILD_MAX_BYTES);
        if (!folded)
                return false;
        const ContentLine whole = { .raw = folded, .raw_len = strlen(folded) };
        content_line_unfold(&whole, &line);
        return line.len == head->len + 1 + value->len && memcmp(line.data, head->data, head->len) == 0 &&
               line.data[head->len] == ':' &&
               memcmp(line.data + head->len + 1, buffer_text(value), value->len) == 0;
}

static icalproperty *make_extension(const char *head, const char *value)
{
        icalproperty *property = icalproperty_new(ICAL_X_PROPERTY);
        icalvalue *as_given = icalvalue_new_x(value);
        if (!property || !as_given)
                return NULL;
        icalproperty_set_x_name(property, head);
        icalproperty_set_value(property, as_given);
        return property;
}

static int make_property(const BuildProperty *given, icalproperty **ret)
{
        static pthread_once_t once = PTHREAD_ONCE_INIT;
        CLEANUP(buffer_done)
        Buffer head = BUFFER_INIT(BUILD_MAX_BYTES), value = BUFFER_INIT(BUILD_MAX_BYTES);
        pthread_once(&once, set_up_zones);
        write_exact(given, &head, &value);
        if (buffer_error(&head) || buffer_error(&value))
                return buffer_error(&head) ? buffer_error(&head) : buffer_error(&value);
        CLEANUP(cleanup_property) icalproperty *typed = make_typed(given, buffer_text(&value));
        if (typed && prints_as(typed, &head, &value)) {
                *ret = TAKE_PTR(typed);
                return 0;
        }
        icalproperty *extension = make_extension(buffer_text(&head), buffer_text(&value));
        if (!extension)
                return -ENOMEM;
        *ret = extension;
        return 0;
}

ComponentBuild *component_build_new(void)
{
        CLEANUP(component_build_freep) ComponentBuild *build = calloc(1, sizeof(*build));
        if (!build)
                return NULL;
        build->root = build->open = icalcomponent_new(ICAL_VCALENDAR_COMPONENT);
        if (!build->root)
                return NULL;
        component_build_add_value(build, "VERSION", "2.0");
        component_build_add_value(build, "PRODID", PRODID);
        return TAKE_PTR(build);
}

ComponentBuild *component_build_free(ComponentBuild *build)
{
        if (build && build->root)
                icalcomponent_free(build->root);
        free(build);
        return NULL;
}

void component_build_begin(ComponentBuild *build, const char *name)
{
        icalcomponent *component = icalcomponent_new(icalcomponent_string_to_kind(name));
        if (!component) {
                build->error = -ENOMEM;
                return;
        }
        icalcomponent_add_component(build->open, component);
        build->open = component;
}

void component_build_end(ComponentBuild *build)
{
        if (build->open != build->root)
                build->open = icalcomponent_get_parent(build->open);
}

void component_build_add(ComponentBuild *build, const BuildProperty *property)
{
        icalproperty *made = NULL;
        int r = make_property(property, &made);
        if (r == 0)
                icalcomponent_add_property(build->open, made);
        else if (build->error == 0)
                build->error = r;
}

void component_build_add_value(ComponentBuild *build, const char *name, const char *value)
{
        component_build_add(build, &(BuildProperty){ .name = name, .value = value });
}

void component_build_add_text(ComponentBuild *build, const char *name, const char *text)
{
        component_build_add(build, &(BuildProperty){ .name = name, .value = text, .text = true });
}

void component_build_add_time(ComponentBuild *build, const char *name, usec_t time)
{
        char text[17];
        time_format_utc(time, text);
        component_build_add_value(build, name, text);
}

/*
 * Unfolds libical's line and folds it again. The value of an extension property is printed as it was given,
 * because libical would double its backslashes.
 */
static void print_property(icalproperty *property, Buffer *out)
{
        CLEANUP(buffer_done) Buffer line = BUFFER_INIT(BUILD_MAX_BYTES);
        if (icalproperty_isa(property) == ICAL_X_PROPERTY) {
                buffer_printf(&line, "%s:", icalproperty_get_x_name(property));
                buffer_puts(&line, icalvalue_get_x(icalproperty_get_value(property)));
        } else {
                CLEANUP(cleanup_free) char *folded = icalproperty_as_ical_string_r(property);
                if (folded)
                        content_line_unfold(
                                        &(ContentLine){ .raw = folded, .raw_len = strlen(folded) }, &line);
        }
        if (buffer_error(&line) && out->error == 0)
                out->error = buffer_error(&line);
        content_fold(out, buffer_text(&line), line.len);
}

static void print_component(icalcomponent *component, Buffer *out)
{
        const char *name = icalcomponent_kind_to_string(icalcomponent_isa(component));
        buffer_printf(out, "BEGIN:%s\r\n", name);
        for (icalproperty *property = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY);
                        property; property = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY))
                print_property(property, out);
        for (icalcomponent *inner = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); inner;
                        inner = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT))
                print_component(inner, out);
        buffer_printf(out, "END:%s\r\n", name);
}

void component_build_print(const ComponentBuild *build, Buffer *out)
{
        if (build->error && out->error == 0)
                out->error = build->error;
        print_component(build->root, out);
}

void component_build_print_open(const ComponentBuild *build, Buffer *out)
{
        component_build_print(build, out);
        size_t len = strlen(END_OF_ROOT);
        if (!buffer_error(out))
                buffer_remove(out, out->len - len, len);
}

void component_build_line(const BuildProperty *property, Buffer *out)
{
        CLEANUP(cleanup_property) icalproperty *made = NULL;
        int r = make_property(property, &made);
        if (r == 0)
                print_property(made, out);
        else if (out->error == 0)
                out->error = r;
}
