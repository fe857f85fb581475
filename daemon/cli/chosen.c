#include "cli/chosen.h"

#include "contact/edit.h"
#include "store/object.h"

enum { CARD_MAX_BYTES = 2 * 1024 * 1024 };

int chosen_keep(Cli *cli, Card **card)
{
        CLEANUP(object_record_freep) ObjectRecord *record = NULL;
        CLEANUP(card_freep) Card *kept = NULL, *merged = NULL;
        CLEANUP(buffer_done) Buffer text = BUFFER_INIT(CARD_MAX_BYTES);
        char chosen[CARD_CHOSEN_SIZE];
        int r = object_find(cli->store, card_uid(*card), &record);
        if (r != 0 || record->kind != OBJECT_CARD)
                return r == STORE_E_NOT_FOUND ? 0 : r;
        r = card_parse(record->text, record->len, &kept, NULL);
        if (r == 0)
                r = card_chosen(kept, chosen);
        if (r != 0 || !chosen[0])
                return r == CARD_E_INVALID ? 0 : r;
        card_keep_chosen(*card, kept, &text);
        r = buffer_error(&text);
        if (r == 0)
                r = card_parse(text.data, text.len, &merged, NULL);
        if (r == 0) {
                card_free(*card);
                *card = TAKE_PTR(merged);
        }
        return r == CARD_E_INVALID ? 0 : r;
}
