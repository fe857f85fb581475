#include "base/json-object.h"

#include <errno.h>
#include <jansson.h>

/* The struct has no members of its own: a JsonObject is a json_t. */

static const json_t *inner(const JsonObject *object)
{
        return (const json_t *)object;
}

int json_object_parse(const char *text, size_t len, JsonObject **ret)
{
        json_error_t error;
        *ret = NULL;
        json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
        if (!value && json_error_code(&error) == json_error_out_of_memory)
                return -ENOMEM;
        if (!json_is_object(value)) {
                json_decref(value);
                return -EINVAL;
        }
        *ret = (JsonObject *)value;
        return 0;
}

JsonObject *json_object_free(JsonObject *object)
{
        json_decref((json_t *)object);
        return NULL;
}

const char *json_object_text(const JsonObject *object, const char *name)
{
        return json_string_value(json_object_get(inner(object), name));
}

int json_object_number(const JsonObject *object, const char *name, int64_t *ret)
{
        const json_t *value = json_object_get(inner(object), name);
        if (!json_is_integer(value))
                return -ENOENT;
        *ret = json_integer_value(value);
        return 0;
}
