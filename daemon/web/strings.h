#pragma once

/*
 * The texts of the pages. Each language has a file strings-LANGUAGE.c (base/language.h) and must set every
 * field. A field is plain text without & < > and ", so a page may write it without escaping. If its
 * comment names arguments such as {n}, the field is a pattern for text_message().
 */

#include "base/language.h"

typedef struct WebStrings {
        /* This language */
        const char *name;       /* as its speakers call it */
        const char *short_name; /* abbreviation of `name` for the switch of languages */
        const char *locale;     /* of Open Graph: language and territory, joined by an underscore */

        /* The frame of every page */
        const char *calendar_title; /* of a site without a configured title */
        const char *skip;           /* link to the main content, for keyboards and screen readers */
        const char *sections;       /* label of the navigation */
        const char *section_list;
        const char *section_month;
        const char *section_sites;
        const char *section_subscribe;
        const char *language;      /* label of the switch */
        const char *show_times;    /* label of the choice of a zone */
        const char *zone_of_event; /* an entry of that choice: each event in its own zone */
        const char *choose;        /* button */
        const char *privacy;       /* link to the office's page about personal data */
        const char *all_of_list;   /* link from the list on another site */
        const char *add_events;    /* link to the feeds */

        /* Errors */
        const char *error_not_found;
        const char *error_other;
        const char *error_back; /* link to the front page */

        /* Error replies without a page around them, by status; status_500 is also for all other statuses */
        const char *password_needs_tls;
        const char *status_400;
        const char *status_401;
        const char *status_403;
        const char *status_404;
        const char *status_405;
        const char *status_406;
        const char *status_409;
        const char *status_410;
        const char *status_412;
        const char *status_413;
        const char *status_414;
        const char *status_415;
        const char *status_429;
        const char *status_431;
        const char *status_500;
        const char *status_501;
        const char *status_503;
        const char *status_507;

        /* An event in a list, and the top of its page */
        const char *untitled;
        const char *busy; /* instead of the title of an event of which only the time is public */
        const char *cancelled;
        const char *tentative;
        const char *day_unknown; /* it is one of several days */
        const char *date_unknown;
        const char *all_day; /* stands alone */
        const char *part_of; /* label of the event that this one is a part of */
        const char *repeats; /* within a line, after a date */

        /* The front page */
        const char *upcoming_events; /* heading */
        const char *past_events;     /* heading */
        const char *going_on;        /* heading of events that began before today */
        const char *recently;        /* heading of the latest events if none is upcoming */
        const char *today;           /* after a day */
        const char *nothing_today;
        const char *nothing_found;
        const char *nothing_past;
        const char *nothing_ahead;
        const char *pages; /* label of the links to the previous and next page */
        const char *page_back;
        const char *page_further;

        /* The filter beside the list */
        const char *filters;     /* label of the whole filter */
        const char *filter_time; /* label */
        const char *filter_upcoming;
        const char *filter_past;
        const char *filter_kind; /* label */
        const char *filter_all_kinds;
        const char *filter_form;  /* link that opens the form */
        const char *filter_words; /* label */
        const char *filter_place; /* label */
        const char *filter_all_places;
        const char *filter_search;   /* button */
        const char *filter_show_all; /* link */

        /* The month */
        const char *month_more;   /* below a week with too many events; {n}: how many more */
        const char *month_events; /* heading */
        const char *month_nothing;
        const char *month_others;          /* label of the links to other months */
        const char *month_today;           /* link to the month of today */
        const char *views;                 /* label of the links between a week, a month and a year */
        const char *view_week, *view_year; /* links, and before the dates of the period as its heading */
        const char *week_nothing, *year_nothing;
        const char *week_others, *year_others; /* labels of links */
        const char *month_times;               /* label of the zone that the times are in */

        /* The sites */
        const char *sites;        /* heading */
        const char *site_past;    /* heading on the page of a site */
        const char *site_nothing; /* on that page */
        const char *site_all;     /* link from that page */
        const char *sites_none;
        const char *town_unknown; /* heading of sites whose town is not known */

        /* An event: when and where */
        const char *when;               /* heading */
        const char *where;              /* heading */
        const char *days;               /* duration; {n} days, two or more */
        const char *whole_day;          /* within a line, after the day of the week */
        const char *at_the_event;       /* label of the event's local time */
        const char *next_instances;     /* above a list of dates */
        const char *next_by_rule;       /* above a list of dates; {rule}: every Tuesday */
        const char *instance_cancelled; /* within a line, after a date and a dash */
        const char *one_of_these_days;
        const char *is_over, *is_cancelled; /* sentences: nothing can be added or subscribed to any more */
        const char *basis_stated;           /* how certain the date is */
        const char *basis_public;           /* how certain the date is */
        const char *basis_inferred;         /* how certain the date is */
        const char *on_the_map;             /* link */
        const char *town_centre;            /* after that link in brackets, if only the town is known */
        const char *updated;                /* label of a time */

        /* An event: links that add it to a calendar */
        const char *add_to_calendar; /* heading */
        const char *calendar_file;
        const char *yandex;      /* the service */
        const char *yandex_asks; /* above an address */

        /* An event: headings of its properties */
        const char *parts; /* the events that it consists of */
        const char *organisers;
        const char *people;
        const char *participants;
        const char *regions; /* the participants' regions */
        const char *region_count;
        const char *programme;
        const char *materials;
        const char *files;
        const char *join_online;
        const char *whom_to_ask;
        const char *outcomes;
        const char *other_names;
        const char *remarks;
        const char *sources;
        const char *source_page;   /* label of a link */
        const char *source_origin; /* label of a link */

        /*
         * An event: remarks in brackets after a person or a paper; manner_...: the part of a person in
         * the event
         */
        const char *inferred;
        const char *file_lost;
        const char *manner_attended;
        const char *manner_speaker;
        const char *manner_held_meetings;
        const char *manner_met;
        const char *manner_signed;
        const char *manner_greeted;
        const char *manner_read_greeting;
        const char *manner_initiator;
        const char *manner_greeting_author;
        const char *manner_contact;
        const char *manner_quoted;
        const char *manner_sponsor;
        const char *manner_performer;
        const char *links; /* a heading over addresses */

        /* Feeds for calendar programs */
        const char *calendars;              /* heading of the page */
        const char *calendars_introduction; /* of a site without a configured description */
        const char *choose_calendar;        /* heading */
        const char *all_events;             /* the feed of everything; stands alone */
        const char *subscribe;              /* button */
        const char *file;                   /* link to the feed itself */
        const char *feed_address;           /* above an address */
        const char *qr_code;                /* link that opens the picture */
        const char *qr_code_is;             /* description of the picture */
        const char *how_to_add;             /* heading of the programs */
        const char *mail_reminders;         /* heading, link */
        const char *mail_reminders_ask;     /* for a page without a signup form */

        /* How to add a feed to a program: the name of the program, and the steps, one per line */
        const char *google;
        const char *google_steps;
        const char *apple;
        const char *apple_steps;
        const char *outlook;
        const char *outlook_home, *outlook_work; /* links to Outlook on the web: private, a company's */
        const char *outlook_steps;
        const char *yandex_calendar;
        const char *yandex_steps;
        const char *thunderbird;
        const char *thunderbird_steps;
        const char *android;
        const char *android_steps;

        /* Signing up for reminders */
        const char *signup_title;      /* heading of the page */
        const char *signup_address;    /* label */
        const char *signup_what;       /* label of the choice of events */
        const char *signup_everything; /* an entry of that choice */
        const char *mail_language;     /* label of a choice */
        const char *signup_note;
        const char *signup_sent;
        const char *signup_done;
        const char *signup_bad_address;
        const char *signup_bad_choice;
        const char *signup_bad_language;

        /* Confirming a signup */
        const char *confirm_title;     /* heading of the page */
        const char *confirm_reminders; /* label of the subject of the reminders */
        const char *confirm_address;   /* label */
        const char *confirm;           /* button */
        const char *confirm_outdated;

        /* The page that a mail links to */
        const char *preferences_title; /* heading of the page */
        const char *preferences_outdated;
        const char *off_by_office;
        const char *mail_was_about; /* above the event's title */
        const char *mail_event_deleted;
        const char *unnamed_event; /* instead of a title */
        const char *stop_event;    /* button */
        const char *stop_kind;     /* button; {about}: about a kind of event */
        const char *about_kind;    /* {kind}: the title of a kind that has no words of its own */
        const char *stop_all;      /* button */
        const char *resume_all;    /* button */
        const char *exceptions;    /* heading of events and kinds without mail */
        const char *undo;          /* button at each of them */

        /* The forms of that page */
        const char *save;             /* button */
        const char *kinds_title;      /* heading */
        const char *kinds_everything; /* a box to tick */
        const char *leads_title;      /* heading */
        const char *leads_usual;      /* what applies if no box is ticked */
        const char *leads_usual_are;  /* as leads_usual, above a list of kinds with their leads */
        const char *leads_with_digest;
        const char *delivery_title;   /* heading */
        const char *digest;           /* label of a choice */
        const char *digest_none;      /* an entry of that choice */
        const char *digest_daily;     /* an entry of that choice */
        const char *digest_monday;    /* an entry of that choice */
        const char *digest_tuesday;   /* an entry of that choice */
        const char *digest_wednesday; /* an entry of that choice */
        const char *digest_thursday;  /* an entry of that choice */
        const char *digest_friday;    /* an entry of that choice */
        const char *digest_saturday;  /* an entry of that choice */
        const char *digest_sunday;    /* an entry of that choice */
        const char *digest_at;        /* label of the field for the time, after that choice */
        const char *quiet_from;       /* quiet_from, quiet_to: labels of two fields for times */
        const char *quiet_to;
        const char *own_zone;       /* label of a choice */
        const char *own_zone_other; /* label of a field beside it */

        /* The results of the buttons and forms of that page */
        const char *done_stop_all;
        const char *done_resume_all;
        const char *done_stop_event;
        const char *done_resume_event;
        const char *done_stop_kind;
        const char *done_resume_kind;
        const char *done_save;
        const char *done_leads;
        const char *done_kinds;
        const char *done_delivery;

        /* Why an action was refused */
        const char *refused_no_event;
        const char *refused_kind;
        const char *refused_listing;
        const char *refused_lead;
        const char *refused_lead_late;
        const char *refused_leads_many;
        const char *refused_digest;
        const char *refused_quiet;
        const char *refused_language;
        const char *refused_changes;
        const char *refused_site;
        const char *refused_zone;

        /* Asking for a meeting */
        const char *meet_title;       /* heading of the list of hosts, and of a part of an event's page */
        const char *meet_title_with;  /* heading; {host}: the partner's name */
        const char *meet_nobody;      /* instead of a list of hosts */
        const char *meet_next;        /* above the next free times of a host */
        const char *meet_all_times;   /* link to the hosts of an event with their free times */
        const char *meet_untitled;    /* instead of the title of an offer */
        const char *meet_offers;      /* label of a choice of offers */
        const char *meet_length;      /* label of the length of a meeting, and of a choice of it */
        const char *meet_minutes;     /* {n}: how many */
        const char *meet_days;        /* label of a choice of days */
        const char *meet_earlier;     /* link to days before these */
        const char *meet_later;       /* link to days after these */
        const char *meet_clock;       /* before the name of a zone */
        const char *meet_host_clock;  /* within a line, before the name of the host's zone */
        const char *meet_at_host;     /* within a line, before a time in the host's zone */
        const char *meet_other_clock; /* link to the choice of a zone */
        const char *meet_none;
        const char *meet_nearest;      /* heading of free times */
        const char *meet_place;        /* label */
        const char *meet_any_place;    /* an entry of that choice */
        const char *meet_you;          /* heading of the visitor's fields */
        const char *meet_name;         /* label */
        const char *meet_organisation; /* label */
        const char *meet_topic;        /* label */
        const char *meet_note;         /* {n}: minutes within which the address must be confirmed */
        const char *meet_ask;          /* button */
        const char *meet_sent;
        const char *meet_again; /* link back to the free times */

        /* Why a meeting could not be asked for */
        const char *meet_taken;
        const char *meet_too_late;
        const char *meet_no_time;
        const char *meet_no_name;
        const char *meet_bad_text;
        const char *meet_limit;

        /* The page of a contact's meetings on one day */
        const char *day_title; /* heading; {host}: whose meetings */
        const char *day_none, *day_waiting, *day_before, *day_after;

        /* The page of a meeting that its mails link to: the meeting's state; {until}: the end of a hold */
        const char *meeting_outdated;
        const char *meeting_held;                     /* {until}; for the visitor */
        const char *meeting_asked;                    /* {until}; for the visitor */
        const char *meeting_proposed;                 /* {until}; for the visitor */
        const char *meeting_lost, *meeting_lost_host; /* the proposed times cannot be read any more */
        const char *meeting_declined;                 /* for the visitor */
        const char *meeting_held_host;
        const char *meeting_asked_host;    /* {until} */
        const char *meeting_proposed_host; /* {until} */
        const char *meeting_declined_host;
        const char *meeting_booked;
        const char *meeting_cancelled;
        const char *meeting_expired;
        const char *meeting_moved; /* {date} */
        const char *meeting_clash; /* {host}, {date}: the visitor has another meeting at this time */
        const char *meeting_done;
        const char *meeting_old;
        const char *meeting_not_possible;
        const char *meeting_too_late;
        const char *meeting_moved_often;
        const char *meeting_notice;

        /* The same page: labels and buttons */
        const char *meeting_with;  /* label of a name */
        const char *meeting_topic; /* label */
        const char *meeting_accept;
        const char *meeting_decline;
        const char *meeting_cancel;
        const char *meeting_withdraw;
        const char *meeting_move;      /* also a heading */
        const char *meeting_propose;   /* also a heading */
        const char *meeting_proposals; /* heading of a choice */
        const char *meeting_choose;
        const char *meeting_propose_note; /* {n}: how many times at most */
        const char *meeting_other_time;   /* label of a date and time that the host chooses freely */
        const char *meeting_counter;      /* heading: the other side proposes another time for the meeting */
        const char *meeting_counter_own;  /* {date}: the reader has proposed it */
        const char *meeting_counter_accept, *meeting_counter_decline;
        const char *meeting_delegate; /* heading, link and button: somebody comes in the reader's place */
        const char *meeting_delegate_note;
        const char *meeting_delegate_name, *meeting_delegate_address; /* labels */
        const char *meeting_delegate_label;                           /* label of the name */
        const char *meeting_some_delegate;                            /* instead of a name */
        const char *meeting_bad_delegate;
        const char *meeting_return; /* button of a delegate who cannot come */
        const char *meeting_back;   /* link */

        /* A recurrence rule, within a sentence. Weekdays begin with Sunday. */
        const char *rule_daily, *rule_days; /* {n} days, two or more */
        const char *rule_weekdays;          /* Monday to Friday */
        const char *rule_every_weekday[7], *rule_on_weekday[7];
        const char *rule_and;                 /* between the last two weekdays */
        const char *rule_weeks;               /* {n} weeks, two or more */
        const char *rule_nth_weekday[5][7];   /* the first to the fourth, the last */
        const char *rule_month_day;           /* {n}: the day of the month */
        const char *rule_last_day;            /* of the month */
        const char *rule_monthly;             /* {day}: one of the three above */
        const char *rule_months;              /* {day}, {n} months, two or more */
        const char *rule_yearly, *rule_years; /* {n} years, two or more */
        const char *rule_count;               /* after a rule; {n} times */
        const char *rule_until;               /* after a rule; {date}: the last day */

        /* When a reminder is sent, before an event begins; {n}: how many */
        const char *lead_start;
        const char *lead_same_day;
        const char *lead_eve;
        const char *lead_week;
        const char *lead_weeks;   /* {n} */
        const char *lead_days;    /* {n} */
        const char *lead_hours;   /* {n} */
        const char *lead_minutes; /* {n} */
        const char *lead_clock;   /* after a day; {clock}: a time */
} WebStrings;

/** web_strings() - the texts of a language; static */
const WebStrings *web_strings(Language language);

/** A field of WebStrings, for tables: WEB_WORD(busy). */
typedef size_t WebWord;
#define WEB_WORD(field) offsetof(WebStrings, field)

/** web_word() - the text of a field. */
const char *web_word(const WebStrings *strings, WebWord word);
