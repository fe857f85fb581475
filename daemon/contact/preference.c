#include "contact/preference.h"

DigestWish card_digest(const Card *card)
{
        DigestWish wish = { .period = DIGEST_NONE };
        const ContentLine *line = card_property(card, "X-CONVENED-DIGEST", 0);
        if (line)
                digest_parse(line->value, &wish);
        return wish;
}

bool card_quiet(const Card *card, QuietHours *ret)
{
        const ContentLine *line = card_property(card, "X-CONVENED-QUIET", 0);
        return line && quiet_parse(line->value, ret) == 0;
}
