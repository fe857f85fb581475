#include "office/routes.h"

#include "office/announce-page.h"
#include "office/announcements-page.h"
#include "office/calendar-page.h"
#include "office/draft-page.h"
#include "office/event-form-page.h"
#include "office/event-mail-page.h"
#include "office/event-page.h"
#include "office/events-page.h"
#include "office/history-list.h"
#include "office/import-page.h"
#include "office/kind-page.h"
#include "office/list-people.h"
#include "office/login-page.h"
#include "office/mail-page.h"
#include "office/mails-page.h"
#include "office/meetings-page.h"
#include "office/merge-page.h"
#include "office/offer-form-page.h"
#include "office/offers-page.h"
#include "office/people-page.h"
#include "office/person-form-page.h"
#include "office/person-page.h"
#include "office/place-form-page.h"
#include "office/places-page.h"
#include "office/programs-page.h"
#include "office/second-factor-page.h"
#include "office/sessions-page.h"
#include "office/texts-page.h"
#include "office/timetable-page.h"
#include "office/why-page.h"

#include <string.h>

static const OfficeRow *const tables[] = { login_page_rows, sessions_page_rows, second_factor_page_rows,
        programs_page_rows, events_page_rows, event_page_rows, event_form_page_rows, history_list_rows,
        meetings_page_rows, offers_page_rows, offer_form_page_rows, timetable_page_rows, places_page_rows,
        draft_page_rows, people_page_rows, list_people_rows, person_page_rows, person_form_page_rows,
        import_page_rows, mails_page_rows, mail_page_rows, why_page_rows, announce_page_rows,
        announcements_page_rows, merge_page_rows, place_form_page_rows, texts_page_rows, calendar_page_rows,
        kind_page_rows, event_mail_page_rows, NULL };

static bool fits(const OfficeRow *row, const char *path)
{
        return row->exact ? strcmp(path, row->path) == 0 : strncmp(path, row->path, strlen(row->path)) == 0;
}

const OfficeRow *routes_find(const char *path)
{
        const OfficeRow *best = NULL;
        for (const OfficeRow *const *table = tables; *table; table++)
                for (const OfficeRow *row = *table; row->path; row++)
                        if (fits(row, path) && (!best || strlen(row->path) > strlen(best->path)))
                                best = row;
        return best;
}
