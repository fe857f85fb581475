#pragma once

/*
 * The texts of the office's pages. Each language has a file strings-LANGUAGE.c (base/language.h) and must
 * set every field. A field is plain text without & < > and ", so a page may write it without escaping. If
 * its comment names arguments such as {n}, the field is a pattern for text_message().
 */

#include "base/language.h"

typedef struct OfficeStrings {
        /* The frame of every page */
        const char *sections; /* label of the navigation */
        const char *section_events;
        const char *sign_out;
        const char *to_start; /* link to the first page */
        const char *faults_title;

        /* Refusals */
        const char *not_found, *forbidden, *form_expired;

        /* A press text, out of which drafts are read */
        const char *draft_title, *draft_text, *draft_note, *draft_day, *draft_read, *draft_keep;
        const char *draft_none, *draft_too_large, *draft_marked;
        const char *draft_kind, *draft_dates, *draft_window, *draft_time, *draft_town, *draft_venue,
                        *draft_part;
        const char *draft_known,
                        *draft_change; /* an event that is kept already, and the button to its form */
        const char *done_drafts_kept;

        /* A form that was sent after its session had ended */
        const char *kept_title, *kept_note, *kept_send;

        /* The sessions of an account */
        const char *done_signed_out, *done_session_ended, *done_sessions_ended;

        /* Events: the list, the form, the page of one event */
        const char *new_event;
        const char *edit_event;
        const char *edit;
        const char *save;
        const char *show;
        const char *search;
        const char *when;
        const char *kind;
        const char *state;
        const char *title;
        const char *when_coming;
        const char *when_past;
        const char *when_undated;
        const char *when_all;
        const char *all_kinds;
        const char *all_states;
        const char *state_hidden;
        const char *state_cancelled;
        const char *state_busy;
        const char *is_part;
        const char *no_date_yet;
        const char *pages;
        const char *earlier_page;
        const char *later_page;
        const char *events_total; /* {n}, {page} */
        const char *events_page;  /* {page} */
        const char *title_in;     /* {language} */
        const char *visibility;
        const char *class_private;
        const char *class_public;
        const char *class_confidential;
        const char *certainty;
        const char *certainty_unsaid;
        const char *certainty_tentative;
        const char *certainty_confirmed;
        const char *form_times;
        const char *form_days;
        const char *form_none;
        const char *start_day;
        const char *start_time;
        const char *end_day;
        const char *end_time;
        const char *zone;
        const char *place;
        const char *place_note;
        const char *text;
        const char *link;
        const char *contact;
        const char *contact_note;
        const char *organisers;
        const char *speakers;
        const char *people_note;
        const char *files;
        const char *files_note;
        const char *repeat;
        const char *repeat_never;
        const char *repeat_daily;
        const char *repeat_weekly;
        const char *repeat_monthly;
        const char *repeat_yearly;
        const char *repeat_other;
        const char *every;
        const char *weekdays;
        const char *until;
        const char *count;
        const char *move_parts;
        const char *date_parts; /* of an event that was postponed */
        const char *with_parts;
        const char *bad_link;
        const char *needs_title;
        const char *bad_kind;
        const char *bad_day;
        const char *bad_clock;
        const char *bad_series_start;
        const char *bad_end;
        const char *bad_no_date;
        const char *bad_zone;
        const char *bad_repeat;
        const char *bad_every;
        const char *bad_count;
        const char *bad_until;
        const char *bad_until_and_count;
        const char *bad_value;
        const char *bad_action;
        const char *conflict_title;
        const char *conflict_note;
        const char *conflict_taken; /* above what the form has taken over from the other editor */
        const char *notify_title;
        const char *notify_count;    /* {n}, {listed} */
        const char *notify_rest;     /* {n}, {listed} */
        const char *notify_language; /* {language}, {n} */
        const char *notify_mail;
        const char *notify_others; /* {n} further events of the mail */
        const char *notify_whom;
        const char *notify_later;
        const char *notify_now;
        const char *notify_all_later;
        const char *notify_all_now;
        const char *notify_nobody;
        const char *notify_waits_until;
        const char *notify_do;
        const char *notify_back;
        const char *notices_wait; /* {n}, {minutes} */
        const char *notices_now;
        const char *undo_change;
        const char *programme;
        const char *part_title;
        const char *add_part;
        const char *occurrences;
        const char *occurrence_change;
        const char *occurrence_move;
        const char *occurrence_cancel;
        const char *publish;
        const char *hide;
        const char *cancel_event;
        const char *restore;
        const char *postpone;
        const char *delete_event;
        const char *public_page;
        const char *copy_to;
        const char *copy_note;
        const char *copy;
        const char *done_saved;
        const char *done_published;
        const char *done_hidden;
        const char *done_cancelled;
        const char *done_restored;
        const char *done_postponed;
        const char *done_deleted;
        const char *done_part_added;
        const char *done_copied;
        const char *done_occurrence_moved;
        const char *done_occurrence_cancelled;
        const char *done_notices_now;
        const char *done_undone;

        /* The history of an event, and the trash */
        const char *is_meeting;
        const char *history;
        const char *history_what;
        const char *history_who;
        const char *history_created;
        const char *history_changed;
        const char *history_deleted;
        const char *history_moved;
        const char *history_removed;
        const char *way_unknown;
        const char *way_daemon;
        const char *way_command;
        const char *way_import;
        const char *way_dav;
        const char *way_office;
        const char *way_reader;
        const char *way_mailbox;
        const char *undo_last;
        const char *trash;
        const char *trash_note;
        const char *bring_back;
        const char *done_brought_back;

        /* Meetings */
        const char *section_meetings;
        const char *meeting_host;
        const char *meeting_visitor;
        const char *no_meetings;
        const char *meeting_held;
        const char *meeting_asked;
        const char *meeting_proposed;
        const char *meeting_booked;
        const char *meeting_declined;
        const char *meeting_cancelled;
        const char *meeting_expired;
        const char *meeting_accept;
        const char *meeting_decline;
        const char *meeting_cancel;
        const char *meeting_taken;
        const char *meeting_too_late;
        const char *done_meeting_changed;

        /* Offers, the day's timetable and the match */
        const char *offers_title;
        const char *offers_none;
        const char *offer_new;
        const char *offer_edit;
        const char *offer_hours;
        const char *offer_hours_note;
        const char *offer_host_note;
        const char *offer_event;
        const char *offer_event_uid;
        const char *offer_from;
        const char *offer_to;
        const char *offer_zone;
        const char *offer_minutes;
        const char *offer_before;
        const char *offer_after;
        const char *offer_notice;
        const char *offer_horizon;
        const char *offer_daily_max;
        const char *offer_seats;
        const char *offer_places;
        const char *offer_confirm;
        const char *offer_at_once;
        const char *offer_host_confirms;
        const char *offer_listed;
        const char *offer_addresses;
        const char *offer_keep_declined;
        const char *offer_not_listed;
        const char *offer_bad_number;
        const char *offer_bad_hours;
        const char *offer_no_host;
        const char *offer_group;
        const char *offer_no_event;
        const char *offer_changed;
        const char *offer_remove;
        const char *offer_removal; /* {booked}, {open} */
        const char *done_offer_deleted;
        const char *timetable_title;
        const char *timetable_day;
        const char *timetable_none;
        const char *match_title;
        const char *match_note;
        const char *match_granted; /* {granted}, {wishes} */
        const char *match_proposed;
        const char *match_unknown;
        const char *match_no_offer;
        const char *match_no_time;
        const char *match_full;
        const char *match_book;
        const char *match_sheets; /* before the links to the sheets */
        const char *match_by_hour, *match_by_table, *match_by_participant;
        const char *match_people; /* a column */
        const char *match_no_place;
        const char *match_no_meetings;
        const char *match_not_booked;
        const char *match_too_large;

        /* Sites and calendars */
        const char *section_places;
        const char *sites;
        const char *bodies;
        const char *calendars;
        const char *kinds;
        const char *calendar;
        const char *addressbook;
        const char *may_write;
        const char *may_read;
        const char *calendar_new;
        const char *calendar_name, *calendar_name_note;
        const char *calendar_title, *calendar_title_note;
        const char *calendar_description;
        const char *calendar_color, *calendar_color_note;
        const char *calendar_own_words;
        const char *calendar_delete;
        const char *calendar_bad_name, *calendar_name_taken, *calendar_bad_color, *calendar_bad_target;
        const char *calendar_target;
        const char *calendar_has_events; /* {n} */
        const char *calendar_has_people; /* {n} */
        const char *calendar_has_hosts;  /* {names} */
        const char *calendar_loses;
        const char *done_calendar_removed;
        const char *event_calendar;
        const char *kind_new;
        const char *kind_name, *kind_name_note, *kind_name_taken;
        const char *kind_title, *kind_one, *kind_about; /* {language} */
        const char *kind_about_note;
        const char *kind_color, *kind_color_note;
        const char *kind_remind, *kind_remind_note;
        const char *kind_reminds; /* {leads} */
        const char *kind_at_once;
        const char *kind_used; /* {n}, {listed} */
        const char *kind_is_used;
        const char *kind_is_gone;
        const char *kind_drop, *kind_delete, *kinds_gone;

        /* Addresses for programs, and app passwords */
        const char *section_programs, *done_password_revoked, *done_factor_off, *done_place_deleted,
                        *done_card_back;

        /* People: the list, the card, the form */
        const char *section_people;
        const char *people_search;
        const char *people_none;
        const char *people_first;
        const char *people_next;
        const char *people_list_many;
        const char *people_list_picked;
        const char *people_list_found;
        const char *people_list_ask; /* {n} */
        const char *people_list_do;
        const char *people_more; /* {n} */
        const char *people_changed;
        const char *people_nobody;
        const char *listed_needed;
        const char *person_new;
        const char *person_name;
        const char *person_full_name;
        const char *person_email;
        const char *person_organisation;
        const char *person_title;
        const char *person_telephone;
        const char *person_language;
        const char *person_any_language;
        const char *person_chose_language;
        const char *person_note;
        const char *person_needs_name;
        const char *person_bad_email;
        const char *person_bad_telephone;
        const char *person_has_address; /* {name} */
        const char *person_hidden_has_address;
        const char *person_same_address;
        const char *person_changed_to; /* {value} */
        const char *person_mail;
        const char *person_no_mail;
        const char *person_gets_mail;
        const char *person_bounced;
        const char *person_soft; /* {n} */
        const char *person_mutes;
        const char *person_allow;
        const char *person_stop;
        const char *person_export;
        const char *person_erase;
        const char *person_list;
        const char *person_unlist;
        const char *listings;
        const char *listings_none;
        const char *listed_for;
        const char *listed_by;
        const char *listed_since;
        const char *listed_by_person;
        const char *listed_by_office;
        const char *listed_choose;
        const char *listed_all;
        const char *listed_kind;
        const char *listed_event;
        const char *meeting_with;
        const char *erase_note;
        const char *erase_counts; /* {mails}, {meetings}, {changes} */
        const char *erase_do;
        const char *erase_not;
        const char *erase_meetings;
        const char *done_people_listed;
        const char *done_person_listed;
        const char *done_person_unlisted;
        const char *done_person_stopped;
        const char *done_person_allowed;
        const char *done_person_erased;
        const char *done_person_erased_log;

        /* Mails of the ledger */
        const char *section_mails;
        const char *mails_none;
        const char *mail_what;
        const char *mail_reason;
        const char *mail_pending;
        const char *mail_committed;
        const char *mail_unknown;
        const char *mail_sent;
        const char *mail_failed;
        const char *mail_expired;
        const char *mail_suppressed;
        const char *mail_cancelled;
        const char *mail_parked;
        const char *mail_returned;
        const char *mail_is_reminder;
        const char *mail_is_change;
        const char *mail_is_cancel;
        const char *mail_is_agenda;
        const char *mail_is_confirm;
        const char *mail_is_welcome;
        const char *mail_is_announcement;
        const char *mail_is_meeting;
        const char *mail_is_other;

        /* The import of people */
        const char *import_title;
        const char *import_note;
        const char *import_file;
        const char *import_charset;
        const char *import_auto;
        const char *import_read;
        const char *import_too_large;
        const char *import_empty;
        const char *import_columns;
        const char *import_column;
        const char *import_sample;
        const char *import_meaning;
        const char *import_has_header;
        const char *import_ignored;
        const char *import_family;
        const char *import_given;
        const char *import_additional;
        const char *import_twice;
        const char *import_no_name;
        const char *import_rows;
        const char *import_row;
        const char *import_what;
        const char *import_added;
        const char *import_updated;
        const char *import_unchanged;
        const char *import_skipped;
        const char *import_asked;
        const char *import_refused;
        const char *import_earlier;      /* {n} */
        const char *import_same_address; /* {name} */
        const char *import_same_name;    /* {name} */
        const char *import_doubles;
        const char *import_choice_ask;
        const char *import_choice_update;
        const char *import_choice_add;
        const char *import_choice_skip;
        const char *import_list;
        const char *import_complete;
        const char *import_incomplete;
        const char *import_do;
        const char *import_check;
        const char *done_people_imported;

        /* The pages of mails, and why somebody got none */
        const char *mails_person;
        const char *mails_no_person;
        const char *mails_all_events;
        const char *mails_day;
        const char *mails_listed;
        const char *mails_opted_out;
        const char *mail_to;
        const char *mail_person_gone;
        const char *mail_no_person;
        const char *mail_due;
        const char *mail_next;
        const char *mail_text, *mail_headers, *mail_html;
        const char *mail_file;
        const char *mail_not_made;
        const char *mail_not_kept;
        const char *mail_retry;
        const char *mail_stop;
        const char *mail_bad_action;
        const char *done_mail_retried;
        const char *done_mail_stopped;
        const char *why_title;
        const char *why_event;
        const char *why_show;
        const char *why_over;
        const char *why_reminders;
        const char *why_to_come;
        const char *why_due;
        const char *why_before_start;
        const char *why_nothing_to_come;

        /* Announcements */
        const char *section_announcements;
        const char *announce_new;
        const char *announce_none;
        const char *announce_picked;
        const char *announce_chosen;
        const char *announce_stopped;
        const char *announce_subject;
        const char *announce_text;
        const char *announce_whom;
        const char *announce_n_chosen; /* {n} */
        const char *announce_day;
        const char *announce_day_note;
        const char *announce_time;
        const char *announce_preview;
        const char *announce_needs_both;
        const char *announce_needs_text;
        const char *announce_needs_whom;
        const char *announce_past;
        const char *announce_count; /* {n} */
        const char *announce_without;
        const char *announce_send;
        const char *announce_edit;
        const char *done_announced;
        const char *done_announcement_stopped;

        /* The merge of two contacts */
        const char *merge_person;
        const char *merge_title;
        const char *merge_note;
        const char *merge_with;
        const char *merge_kept;
        const char *merge_other;
        const char *merge_what;
        const char *merge_do;
        const char *merge_host;
        const char *merge_same;
        const char *done_merged;

        /* The form of a site or an organisation */
        const char *place_new_site;
        const char *place_new_body;
        const char *place_name; /* {language} */
        const char *place_town;
        const char *place_street;
        const char *place_point;
        const char *place_point_note;
        const char *place_url;
        const char *place_remark; /* {language} */
        const char *place_words_stay;
        const char *place_delete_events; /* {n} */
        const char *place_needs_name;
        const char *place_bad_point;
        const char *place_bad_url;

        /* The reminder of an event before it goes */
        const char *event_mail_title, *event_mail_none, *event_mail_note;
        const char *event_mail_count;       /* {n} */
        const char *event_mail_unpublished; /* {n} */

        /* Texts of mails; the braces of text_arguments are shown as they are */
        const char *texts_title, *texts_note, *text_title, *text_other_kinds;
        const char *text_is_own, *text_is_in_file, *text_is_built_in;
        const char *text_intro, *text_footer, *text_arguments, *text_empty;
        const char *text_preview, *text_remove, *text_mail, *text_mail_note;
        const char *text_version, *text_bring_back, *text_is_removed, *text_conflict;
        const char *text_bad, *text_bad_braces, *text_bad_marks;
} OfficeStrings;

/** office_strings() - the texts of a language; static */
const OfficeStrings *office_strings(Language language);

/** A field of OfficeStrings, for tables: OFFICE_WORD(sign_out). */
typedef size_t OfficeWord;
#define OFFICE_WORD(field) offsetof(OfficeStrings, field)

/** office_word() - the text of a field */
const char *office_word(const OfficeStrings *strings, OfficeWord word);
