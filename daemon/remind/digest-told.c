#include "remind/digest-told.h"

#include "letter/event-item.h"
#include "remind/reminder.h"
#include "remind/row-texts.h"

#include <errno.h>
#include <stdlib.h>

/* The texts of an entry, which its ledger row borrows. */
typedef struct EntryTexts {
        char recurrence[ROW_TEXT_SIZE], start[ROW_TEXT_SIZE], finish[ROW_TEXT_SIZE];
} EntryTexts;

void digest_told_done(DigestTold *told)
{
        free(told->texts);
        free(told->rows);
}

static void tell_entry(const DigestEntry *entry, EntryTexts *texts, MailTold *ret)
{
        const Occurrence *occurrence = &entry->occurrence;
        EventItem whole = entry->item;
        whole.audience = PUBLISH_CONTACT; /* notices compare with these texts */
        row_texts_moment(&occurrence->recurrence_id, texts->recurrence);
        row_texts_moment(&occurrence->start, texts->start);
        row_texts_moment(&occurrence->end, texts->finish);
        *ret = (MailTold){
                .object = entry->item.record->id,
                .uid = entry->item.record->uid,
                .recurrence_id = texts->recurrence,
                .start = texts->start,
                .finish = texts->finish,
                .place = event_item_place(&whole),
                .expires = reminder_until(occurrence),
        };
}

int digest_told_init(const Digest *digest, size_t n, DigestTold *ret)
{
        *ret = (DigestTold){
                .texts = calloc(n + 1, sizeof(*ret->texts)),
                .rows = calloc(n + 1, sizeof(*ret->rows)),
        };
        if (!ret->texts || !ret->rows)
                return -ENOMEM;
        ret->n = n;
        for (size_t i = 0; i < n; i++)
                tell_entry(&digest->text.entries[i], &ret->texts[i], &ret->rows[i]);
        return 0;
}
