#include "base/utf8.h"
#include "mail/bounce.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Checks that a text for the store or a terminal is one line. */
static void check_line(const char *text, size_t size)
{
        size_t len = strnlen(text, size);
        assert(len < size && utf8_plain_prefix(text, len) == len);
}

static void check_recipient(const BounceRecipient *recipient)
{
        char status[BOUNCE_STATUS_SIZE];
        check_line(recipient->status, sizeof(recipient->status));
        check_line(recipient->words, sizeof(recipient->words));
        check_line(recipient->final, sizeof(recipient->final));
        check_line(recipient->original, sizeof(recipient->original));
        assert(!recipient->status[0] || bounce_find_status(recipient->status, status));
        BounceClass class = bounce_class(recipient);
        assert(class <= BOUNCE_CLASS_HARD);
        assert(recipient->action == BOUNCE_FAILED || class != BOUNCE_CLASS_HARD);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Bounce *bounce = NULL;
        assert(bounce_parse((const char *)data, size, NULL, &bounce) == 0);
        assert((bounce->kind == BOUNCE_KIND_REPORT) == (bounce->n > 0));
        assert(bounce->n <= BOUNCE_RECIPIENTS_MAX);
        assert(!bounce->has_tag || (bounce->tag.mail > 0 && strlen(bounce->tag.mac) == VERP_MAC_DIGITS));
        check_line(bounce->envelope_id, sizeof(bounce->envelope_id));
        check_line(bounce->reporter, sizeof(bounce->reporter));
        for (size_t i = 0; i < bounce->n; i++)
                check_recipient(&bounce->recipients[i]);
        assert((bounce_verdict(bounce, "anna@example.org") != NULL) == (bounce->n > 0));
        bounce_free(bounce);
        return 0;
}
