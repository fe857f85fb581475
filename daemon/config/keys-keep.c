/* The keys about what the store keeps for how long, and about its backup. */

#include "config/config.h"
#include "config/keys.h"

#define FIELD(field) .offset = offsetof(Config, field)

static const Key history_keys[] = {
        {
                        .path = "history.keep",
                        .type = KEY_SPAN,
                        FIELD(history.keep),
                        .fallback = "\"P400D\"",
                        .min = "P1D",
                        .max = "P3660D",
                        .help = "How long it is kept who changed an object and what the object was before.",
        },
        {
                        .path = "history.trash",
                        .type = KEY_SPAN,
                        FIELD(history.trash),
                        .fallback = "\"P90D\"",
                        .min = "P1D",
                        .max = "P3660D",
                        .help = "How long a deleted object, or a deleted collection of an account, can be restored, with its history; at most history.keep.",
        },
};

const KeySection config_section_history = { "history", "The history of objects, and the trash.",
        history_keys, sizeof(history_keys) / sizeof(history_keys[0]) };
