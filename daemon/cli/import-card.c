#include "cli/import-card.h"

#include "base/buffer.h"
#include "base/contentline.h"
#include "contact/repair.h"

#include <errno.h>

static int on_repaired(const InputError *warning, void *userdata)
{
        const ImportCard *source = userdata;
        InputError placed = *warning;
        placed.line += source->line - 1;
        return source->on_warning(&placed, source->userdata);
}

static int parse(const ImportCard *source, const char *text, size_t len, Card **ret, InputError *ret_error)
{
        return source->stored ? card_parse(text, len, ret, ret_error)
                              : card_parse_strict(text, len, ret, ret_error);
}

/*
 * Parses the card. If it is refused, repairs it and parses it again, and reports the repairs only on
 * success.
 */
int import_card_read(const ImportCard *source, Card **ret, InputError *ret_error)
{
        CLEANUP(buffer_done) Buffer repaired = BUFFER_INIT(CONTENT_LIMITS_CARD.text_bytes);
        InputError second = { 0 };
        int r = parse(source, source->text, source->len, ret, ret_error);
        if (r != CARD_E_INVALID || source->strict)
                return r;
        r = card_repair(source->text, source->len, &repaired, NULL, NULL);
        if (r == -EFBIG)
                return CARD_E_INVALID;
        if (r == 0)
                r = parse(source, buffer_text(&repaired), repaired.len, ret, &second);
        if (r == CARD_E_INVALID) {
                /*
                 * The lines of a repaired card may have other numbers: the first line stands for an unknown
                 * one.
                 */
                second.line = second.line == ret_error->line ? second.line : 1;
                *ret_error = second;
        }
        if (r != 0)
                return r;
        buffer_reset(&repaired);
        return card_repair(source->text, source->len, &repaired, on_repaired, (void *)source);
}
