#include "remind/notice-preview.h"

#include "base/text.h"
#include "contact/preference.h"
#include "remind/consent.h"
#include "remind/fanout.h"
#include "remind/notice.h"

#include <errno.h>
#include <stdlib.h>

enum { MAIL_BYTES = 1024 * 1024 };

/* The notices about one event. */
typedef struct PreviewWalk {
        NoticePreview *preview;
        Store *store;
        const Config *config;
        const ObjectRecord *record;
        const Reader *reader;
        usec_t now;
} PreviewWalk;

void notice_preview_init(NoticePreview *preview)
{
        *preview = (NoticePreview){ .n = 0 };
        for (Language i = 0; i < LANGUAGES_N; i++)
                preview->mail[i] = BUFFER_INIT(MAIL_BYTES);
}

void notice_preview_done(NoticePreview *preview)
{
        for (Language i = 0; i < LANGUAGES_N; i++)
                buffer_done(&preview->mail[i]);
        free(preview->contacts);
}

static int compare_numbers(const void *a, const void *b)
{
        const int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
        return one < other ? -1 : one > other;
}

/* Contacts come in the order of their numbers, so only those of earlier events need to be searched. */
static bool is_counted(const NoticePreview *preview, int64_t contact)
{
        return preview->n_contacts > 0 &&
               bsearch(&contact, preview->contacts, preview->n_contacts, sizeof(contact), compare_numbers);
}

static int count(NoticePreview *preview, int64_t contact)
{
        if (preview->n_allocated == preview->n_contacts) {
                size_t n = preview->n_allocated ? 2 * preview->n_allocated : 64;
                int64_t *more = reallocarray(preview->contacts, n, sizeof(*more));
                if (!more)
                        return -ENOMEM;
                preview->contacts = more;
                preview->n_allocated = n;
        }
        size_t at = preview->n_contacts++;
        for (; at > 0 && preview->contacts[at - 1] > contact; at--)
                preview->contacts[at] = preview->contacts[at - 1];
        preview->contacts[at] = contact;
        return 0;
}

static int compose(const PreviewWalk *walk, const Notice *notice, Buffer *out)
{
        const ComposeOptions options = {
                .letter = {
                        .config = walk->config,
                        .zones = store_zones(walk->store),
                        .contact = walk->reader->card,
                        .token = "TOKEN",
                        .message_id = "preview@example.org",
                        .now = notice->at,
                },
        };
        const NoticeText text = notice_text(notice);
        return compose_notice_preview(&text, &options, out);
}

static int on_notice(const Notice *notice, void *userdata)
{
        const PreviewWalk *walk = userdata;
        NoticePreview *preview = walk->preview;
        const Card *card = walk->reader->card;
        Language language = language_of(text_language(card_language(card), walk->config->language));
        int64_t contact = walk->reader->record->id;
        preview->first = preview->n == 0 || notice->at < preview->first ? notice->at : preview->first;
        preview->last = notice->at > preview->last ? notice->at : preview->last;
        if (preview->mail[language].len == 0) {
                int r = compose(walk, notice, &preview->mail[language]);
                if (r != 0)
                        return r;
        }
        if (is_counted(preview, contact))
                return 0;
        preview->n++;
        preview->in_language[language]++;
        return count(preview, contact);
}

static int on_contact(const EventContext *context, const Reader *reader, void *userdata)
{
        PreviewWalk *walk = userdata;
        MailReason reason = MAIL_REASON_NONE;
        int r = consent_why_not(walk->store, reader->record->id, reader->card, walk->record->uid, &reason);
        (void)context;
        walk->reader = reader;
        walk->preview->n_listed++;
        return r != 0 || reason != MAIL_REASON_NONE
                               ? r
                               : notice_each(walk->store, walk->config, walk->record, reader->record->id,
                                                 walk->now, on_notice, walk);
}

/* Only notices are counted, not reminders. */
static int ignore_reminders(const EventContext *context, const Reader *reader, const Reminder *reminders,
                size_t n, void *userdata)
{
        (void)context, (void)reader, (void)reminders, (void)n, (void)userdata;
        return 0;
}

int notice_preview_add(NoticePreview *preview, Store *store, const Config *config,
                const ObjectRecord *record, usec_t now)
{
        EventContext context = { 0 };
        PreviewWalk walk = {
                .preview = preview, .store = store, .config = config, .record = record, .now = now
        };
        const Fanout fanout = { .from = now,
                .until = now,
                .on_contact = on_contact,
                .on_fire = ignore_reminders,
                .userdata = &walk };
        int64_t last = 0;
        int r = event_context_init(store, config, record, &context);
        do {
                if (r == 0)
                        r = fanout_batch(&context, last, 0, &fanout, &last);
        } while (r == 0 && last > 0);
        event_context_done(&context);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}
