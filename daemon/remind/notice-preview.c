#include "remind/notice-preview.h"

#include "base/array.h"
#include "base/text.h"
#include "contact/preference.h"
#include "remind/consent.h"
#include "remind/fanout.h"
#include "remind/notice.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAIL_BYTES = 1024 * 1024 };

/* The notices about one event. */
typedef struct PreviewWalk {
        NoticePreview *preview;
        Store *store;
        const Config *config;
        const ObjectRecord *record;
        const NoticeBasis *basis;
        const Reader *reader;
        bool is_told;     /* of the notices that are counted */
        bool has_notices; /* of any contact */
        size_t n_notices; /* of the contact */
        usec_t now;
} PreviewWalk;

void notice_preview_init(NoticePreview *preview)
{
        *preview = (NoticePreview){ .n_listed = 0 };
        for (Language i = 0; i < LANGUAGES_N; i++)
                preview->mail[i] = BUFFER_INIT(MAIL_BYTES);
}

void notice_preview_done(NoticePreview *preview)
{
        for (Language i = 0; i < LANGUAGES_N; i++)
                buffer_done(&preview->mail[i]);
        free(preview->contacts);
}

/* Returns where a contact is, or belongs. Contacts come in the order of their numbers for each event. */
static size_t find(const NoticePreview *preview, int64_t contact)
{
        size_t low = 0, high = preview->n_contacts;
        if (high > 0 && preview->contacts[high - 1].id < contact)
                return high;
        while (low < high) {
                size_t middle = low + (high - low) / 2;
                if (preview->contacts[middle].id < contact)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static int insert(NoticePreview *preview, size_t at, const NoticeContact *contact)
{
        NoticeContact *more = array_grow(preview->contacts, preview->n_contacts, sizeof(*more));
        if (!more)
                return -ENOMEM;
        preview->contacts = more;
        memmove(&preview->contacts[at + 1], &preview->contacts[at],
                        (preview->n_contacts - at) * sizeof(*preview->contacts));
        preview->contacts[at] = *contact;
        preview->n_contacts++;
        return 0;
}

static void change(NoticePreview *preview, const NoticeContact *contact, int64_t by)
{
        NoticeCount *count = contact->is_told ? &preview->told : &preview->rest;
        count->n += by;
        count->in_language[contact->language] += by;
}

/* Notes that a contact is listed. One that is listed for several of the events counts once. */
static int list(NoticePreview *preview, int64_t contact)
{
        size_t at = find(preview, contact);
        if (at < preview->n_contacts && preview->contacts[at].id == contact)
                return 0;
        preview->n_listed++;
        return insert(preview, at, &(NoticeContact){ .id = contact });
}

/* Counts a listed contact, among those who were told if they were told of any of the events. */
static void count(NoticePreview *preview, const NoticeContact *contact)
{
        NoticeContact *known = &preview->contacts[find(preview, contact->id)];
        if (known->is_counted && (known->is_told || !contact->is_told))
                return;
        if (known->is_counted)
                change(preview, known, -1);
        change(preview, contact, 1);
        *known = *contact;
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
        PreviewWalk *walk = userdata;
        NoticePreview *preview = walk->preview;
        const Card *card = walk->reader->card;
        Language language = language_of(text_language(card_language(card), walk->config->language));
        bool is_first = preview->told.n + preview->rest.n == 0;
        preview->first = is_first || notice->at < preview->first ? notice->at : preview->first;
        preview->last = notice->at > preview->last ? notice->at : preview->last;
        if (preview->mail[language].len == 0) {
                int r = compose(walk, notice, &preview->mail[language]);
                if (r != 0)
                        return r;
        }
        preview->n_events += !walk->has_notices;
        walk->has_notices = true;
        walk->n_notices++;
        count(preview, &(NoticeContact){ walk->reader->record->id, true, walk->is_told, language });
        return 0;
}

/* The notices of a contact that was told; if there are none, those that it would get from the basis. */
static int on_contact(const EventContext *context, const Reader *reader, void *userdata)
{
        PreviewWalk *walk = userdata;
        MailReason reason = MAIL_REASON_NONE;
        int r = list(walk->preview, reader->record->id);
        if (r == 0)
                r = consent_why_not(
                                walk->store, reader->record->id, reader->card, walk->record->uid, &reason);
        walk->reader = reader;
        walk->n_notices = 0;
        walk->is_told = true;
        if (r != 0 || reason != MAIL_REASON_NONE)
                return r;
        r = notice_each_of(context, reader, NULL, walk->now, on_notice, walk);
        walk->is_told = false;
        return r != 0 || walk->n_notices > 0 || !walk->basis
                               ? r
                               : notice_each_of(context, reader, walk->basis, walk->now, on_notice, walk);
}

int notice_preview_add(NoticePreview *preview, Store *store, const Config *config,
                const ObjectRecord *record, NoticeBasis *basis, usec_t now)
{
        EventContext context = { 0 };
        PreviewWalk walk = { .preview = preview,
                .store = store,
                .config = config,
                .record = record,
                .basis = basis,
                .now = now };
        const Fanout fanout = { .on_contact = on_contact, .userdata = &walk };
        int r = event_context_init(store, config, record, &context);
        if (r == 0 && basis)
                r = notice_basis_find(basis, &context, now);
        if (r == 0)
                r = fanout_all(&context, &fanout);
        event_context_done(&context);
        return r == STORE_E_NOT_FOUND ? 0 : r;
}
