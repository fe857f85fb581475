/*
 * A lead, a digest's or quiet hours' value, as in a form or a card. An accepted value is printed as a text
 * that parses to the same value.
 */

#include "base/cleanup.h"
#include "calendar/lead.h"
#include "contact/mail-times.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_lead(const char *text)
{
        char once[LEAD_TEXT_SIZE], twice[LEAD_TEXT_SIZE];
        Lead lead;
        if (lead_parse(text, &lead) < 0)
                return;
        lead_format(&lead, once);
        assert(lead_parse(once, &lead) == 0);
        lead_format(&lead, twice);
        assert(strcmp(once, twice) == 0);
        (void)lead_is_after_start(&lead);
}

static void check_digest(const char *text)
{
        char once[PREFERENCE_TEXT_SIZE], twice[PREFERENCE_TEXT_SIZE];
        DigestWish wish = { .period = DIGEST_NONE };
        if (digest_parse(text, &wish) < 0 || wish.period == DIGEST_NONE)
                return;
        digest_format(&wish, once);
        assert(digest_parse(once, &wish) == 0);
        digest_format(&wish, twice);
        assert(strcmp(once, twice) == 0);
}

static void check_quiet(const char *text)
{
        char once[PREFERENCE_TEXT_SIZE];
        QuietHours hours, again;
        if (quiet_parse(text, &hours) < 0)
                return;
        quiet_format(&hours, once);
        assert(quiet_parse(once, &again) == 0 && again.from == hours.from && again.to == hours.to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(cleanup_free) char *text = malloc(size + 1);
        if (!text)
                return 0;
        memcpy(text, data, size);
        text[size] = '\0';
        check_lead(text);
        check_digest(text);
        check_quiet(text);
        return 0;
}
