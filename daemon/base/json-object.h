#pragma once

/* Reads the numbers and texts of a JSON object (RFC 8259); members of other types are ignored. */

#include "base/cleanup.h"

#include <stddef.h>
#include <stdint.h>

typedef struct JsonObject JsonObject;

/**
 * json_object_parse() - parse one object
 * @ret: NULL on failure
 *
 * Return: 0; -EINVAL for a text that is no JSON object, or has a member twice; -ENOMEM.
 */
int json_object_parse(const char *text, size_t len, JsonObject **ret);
JsonObject *json_object_free(JsonObject *object);
DEFINE_CLEANUP(JsonObject, json_object_freep, json_object_free)

/** json_object_text() - get a member that is a text, borrowed from the object; NULL if there is none */
const char *json_object_text(const JsonObject *object, const char *name);

/** json_object_number() - get a member that is a whole number. Return: 0, or -ENOENT if there is none. */
int json_object_number(const JsonObject *object, const char *name, int64_t *ret);
