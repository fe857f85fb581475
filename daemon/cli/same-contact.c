#include "cli/same-contact.h"

#include "base/text.h"
#include "contact/edit.h"
#include "store/address.h"
#include "store/object.h"

#include <string.h>

enum { CARD_MAX_BYTES = 2 * 1024 * 1024, NAME_MAX_BYTES = 64 * 1024 };

static int same_name(const char *a, const char *b, bool *ret)
{
        CLEANUP(buffer_done) Buffer left = BUFFER_INIT(NAME_MAX_BYTES), right = BUFFER_INIT(NAME_MAX_BYTES);
        int r = text_fold(&left, a);
        if (r == 0)
                r = text_fold(&right, b);
        if (r == 0)
                *ret = strcmp(buffer_text(&left), buffer_text(&right)) == 0;
        return r;
}

/*
 * Finds the contact with the address of a card whose own UID is not stored. Return: STORE_E_NOT_FOUND if
 * none.
 */
static int find_other(Store *store, const Card *card, ObjectRecord **ret, int64_t *ret_n)
{
        CLEANUP(object_record_freep) ObjectRecord *own = NULL;
        int64_t contact = 0;
        if (!card_email(card))
                return STORE_E_NOT_FOUND;
        int r = object_find(store, card_uid(card), &own);
        if (r == 0)
                return STORE_E_NOT_FOUND;
        if (r == STORE_E_NOT_FOUND)
                r = address_find(store, card_email(card), &contact, ret_n);
        if (r == 0 && contact == 0)
                return STORE_E_NOT_FOUND;
        return r == 0 ? object_get_by_id(store, contact, ret) : r;
}

static int with_uid(const Cli *cli, Card **card, const char *uid)
{
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_MAX_BYTES);
        CLEANUP(card_freep) Card *copy = NULL;
        card_edit(*card, (CardChange[]){ { "UID", uid }, { 0 } }, cli->now, &text);
        int r = buffer_error(&text);
        if (r == 0)
                r = card_parse(text.data, text.len, &copy, NULL);
        if (r == 0) {
                card_free(*card);
                *card = TAKE_PTR(copy);
        }
        return r;
}

int same_contact_take(Cli *cli, Card **card, size_t line,
                int (*on_warning)(const InputError *warning, void *userdata), void *userdata)
{
        CLEANUP(object_record_freep) ObjectRecord *other = NULL;
        int64_t n = 0;
        bool is_same = false;
        int r = find_other(cli->store, *card, &other, &n);
        if (r != 0)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = same_name(card_name(*card), other->name, &is_same);
        if (r != 0)
                return r;
        bool is_taken = is_same && n == 1;
        InputError warning;
        if (is_taken)
                input_error_set(&warning, line, "UID",
                                "taken as the contact %.60s, which has the same address and name",
                                other->uid);
        else
                input_error_set(&warning, line, "EMAIL",
                                "the contact %.60s has the same address; each of them gets mails",
                                other->uid);
        r = on_warning(&warning, userdata);
        return r == 0 && is_taken ? with_uid(cli, card, other->uid) : r;
}
