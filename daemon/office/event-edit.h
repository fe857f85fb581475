#pragma once

/*
 * A change of events by a page, in one transaction. Before contacts are mailed the editor is asked: the
 * change is made, the mails that it would cause are counted and shown, and it is rolled back until the
 * editor has chosen who is to be told. The answer comes back with the same form, whose fields the question
 * repeats.
 *
 * r = event_edit_begin(&edit, call); ... event_edit_apply(), event_edit_put(), event_edit_delete() ...
 * return r == 0 ? event_edit_finish(&edit, path, "saved") : r;
 */

#include "calendar/edit.h"
#include "edit/parts.h"
#include "office/call.h"
#include "remind/notice-preview.h"

typedef struct EventEdit {
        OfficeCall *call;
        DueNotify notify;
        bool is_answered; /* the form has the answer, `notify` */
        bool tells_all;   /* by the answer: also those who are listed and were not told yet */
        NoticeBasis basis;
        NoticePreview preview;
        InputError error; /* of event_edit_put() */
} EventEdit;

enum { EVENT_EDIT_UID_BYTES = 256 };

enum { EVENT_EDIT_E_INVALID = CONDITIONS_OFFICE + 10 /* the event is not valid; edit->error says why */ };

/** event_edit_begin() - begin the transaction. In every case the caller must call event_edit_done(). */
int event_edit_begin(EventEdit *edit, OfficeCall *call);
void event_edit_done(EventEdit *edit);

/**
 * event_edit_load() - read an event of the office which the account may write
 * Return: 0, OFFICE_E_NOT_FOUND, OFFICE_E_FORBIDDEN, a condition of the store, negative errno.
 */
int event_edit_load(EventEdit *edit, const char *uid, ObjectRecord **ret_record, Event **ret);

/**
 * event_edit_put() - store a new text, and count its notices
 * @collection: for a new event; another one stays in its collection, which the account must be allowed to
 *              write
 *
 * Return: 0, EVENT_EDIT_E_INVALID, STORE_E_MEETING, OFFICE_E_FORBIDDEN, another condition of the store,
 * negative errno.
 */
int event_edit_put(EventEdit *edit, const char *collection, const Buffer *text);

/**
 * event_edit_new_uid() - make the UID of the event that the form adds
 * @ret_is_there: whether the same form has already added it; then nothing may be written
 *
 * Return: 0, a condition of the store, negative errno.
 */
int event_edit_new_uid(EventEdit *edit, char ret[static EVENT_EDIT_UID_BYTES], bool *ret_is_there);

/**
 * event_edit_parts() - find the parts of an event that the account may read. Meetings at the event are left
 * out: only their own steps change them.
 */
int event_edit_parts(OfficeCall *call, const char *uid, Parts *ret);

/** event_edit_own_parts() - as event_edit_parts(), for the parts that the account may write */
int event_edit_own_parts(OfficeCall *call, const char *uid, Parts *ret);

/** event_edit_apply() - load an event, change properties as edit_event() does, and store it */
int event_edit_apply(EventEdit *edit, const char *uid, const EditProperty *properties);

/**
 * event_edit_delete() - delete an event; its contacts hear of that first, unless the answer is nobody
 * Return: 0, OFFICE_E_FORBIDDEN, a condition of the store, negative errno.
 */
int event_edit_delete(EventEdit *edit, const ObjectRecord *record);

/**
 * event_edit_watch() - read an event before another function changes it, and event_edit_count() is called
 * Return: 0, a condition of the store, negative errno.
 */
int event_edit_watch(EventEdit *edit, const char *uid);

/**
 * event_edit_count() - count the notices of an event that was stored by another function, or let all who are
 * listed hear of it, if the answer says so
 * Return: 0, a condition of the store, negative errno.
 */
int event_edit_count(EventEdit *edit, const char *uid);

/**
 * event_edit_finish() - ask who is to be told, or commit and go on to a page
 * @path: encoded; @done: as for office_redirect()
 */
int event_edit_finish(EventEdit *edit, const char *path, const char *done);
