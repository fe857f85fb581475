#include "contact/card.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Whole {
        const char *text;
        size_t len;
} Whole;

/* Checks that an accepted card can be stored and read again, and has nothing that is invalid in SMTP. */
static void check_card(const Card *card, const char *text, size_t len)
{
        size_t kept = 0;
        assert(memcmp(card_text(card, &kept), text, len) == 0 && kept == len);
        assert(card_uid(card)[0] && card_name(card));
        assert(!card_email(card) || card_email_valid(card_email(card)));
        assert(!card_language(card) || !card_zone_name(card) || card_zone_name(card)[0]);
        Card *again = NULL;
        assert(card_parse(card_text(card, NULL), kept, &again, NULL) == 0);
        assert(strcmp(card_name(again), card_name(card)) == 0 && card_kind(again) == card_kind(card));
        card_free(again);
}

static void parse(const char *text, size_t len)
{
        Card *card = NULL;
        InputError error = { 0 };
        int r = card_parse(text, len, &card, &error);
        assert(r == 0 || (r == CARD_E_INVALID && !card && error.message[0]));
        if (card)
                check_card(card, text, len);
        card_free(card);
}

static int on_card(const char *text, size_t len, size_t line, void *userdata)
{
        const Whole *whole = userdata;
        assert(text >= whole->text && text + len <= whole->text + whole->len && len > 0 && line > 0);
        parse(text, len);
        return 0;
}

static int on_error(const InputError *error, void *userdata)
{
        (void)userdata;
        assert(error->line > 0 && error->message[0]);
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        Whole whole = { (const char *)data, size };
        parse(whole.text, whole.len);
        assert(card_split(whole.text, whole.len, on_card, on_error, &whole) == 0);
        return 0;
}
