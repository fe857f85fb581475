#include "office/flash.h"

#include "web/page.h"

#include <string.h>

static const struct {
        const char *code;
        OfficeWord text;
} flashes[] = {
        { "drafts-kept", OFFICE_WORD(done_drafts_kept) },
        { "signed-out", OFFICE_WORD(done_signed_out) },
        { "password-revoked", OFFICE_WORD(done_password_revoked) },
        { "factor-off", OFFICE_WORD(done_factor_off) },
        { "session-ended", OFFICE_WORD(done_session_ended) },
        { "sessions-ended", OFFICE_WORD(done_sessions_ended) },
        { "saved", OFFICE_WORD(done_saved) },
        { "published", OFFICE_WORD(done_published) },
        { "hidden", OFFICE_WORD(done_hidden) },
        { "cancelled", OFFICE_WORD(done_cancelled) },
        { "restored", OFFICE_WORD(done_restored) },
        { "postponed", OFFICE_WORD(done_postponed) },
        { "deleted", OFFICE_WORD(done_deleted) },
        { "part-added", OFFICE_WORD(done_part_added) },
        { "copied", OFFICE_WORD(done_copied) },
        { "occurrence-moved", OFFICE_WORD(done_occurrence_moved) },
        { "occurrence-cancelled", OFFICE_WORD(done_occurrence_cancelled) },
        { "notices-now", OFFICE_WORD(done_notices_now) },
        { "brought-back", OFFICE_WORD(done_brought_back) },
        { "meeting-changed", OFFICE_WORD(done_meeting_changed) },
        { "offer-deleted", OFFICE_WORD(done_offer_deleted) },
        { "undone", OFFICE_WORD(done_undone) },
        { "people-listed", OFFICE_WORD(done_people_listed) },
        { "person-listed", OFFICE_WORD(done_person_listed) },
        { "person-unlisted", OFFICE_WORD(done_person_unlisted) },
        { "person-stopped", OFFICE_WORD(done_person_stopped) },
        { "person-allowed", OFFICE_WORD(done_person_allowed) },
        { "person-erased", OFFICE_WORD(done_person_erased) },
        { "person-erased-log", OFFICE_WORD(done_person_erased_log) },
        { "people-imported", OFFICE_WORD(done_people_imported) },
        { "mail-retried", OFFICE_WORD(done_mail_retried) },
        { "mail-stopped", OFFICE_WORD(done_mail_stopped) },
        { "announced", OFFICE_WORD(done_announced) },
        { "announcement-stopped", OFFICE_WORD(done_announcement_stopped) },
        { "place-deleted", OFFICE_WORD(done_place_deleted) },
        { "calendar-removed", OFFICE_WORD(done_calendar_removed) },
        { "card-back", OFFICE_WORD(done_card_back) },
        { "merged", OFFICE_WORD(done_merged) },
};

void flash_write(OfficeCall *call)
{
        const char *code = office_query(call, "done");
        for (size_t i = 0; i < sizeof(flashes) / sizeof(*flashes); i++)
                if (strcmp(flashes[i].code, code) == 0) {
                        buffer_puts(&call->out, "<div role=\"status\">");
                        page_write_notice(&call->out, office_word(call->strings, flashes[i].text));
                        buffer_puts(&call->out, "</div>\n");
                }
}
