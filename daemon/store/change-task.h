#pragma once

/*
 * Changes of events of which nobody, or everybody who is listed, is to hear. What that means for each
 * contact is entered into the ledger in steps, after the change was stored, so that a change of an event
 * with very many contacts keeps no other writer waiting. A task has the event before and after its change:
 * the event may change again before the last step, and each contact hears of that other change as well.
 */

#include "store/object.h"
#include "store/store.h"

typedef enum ChangeTaskKind {
        CHANGE_TELL_NOBODY = 1, /* the event after the change counts as told */
        CHANGE_TELL_ALL,        /* whom no mail has told counts as told of the event before the change */
} ChangeTaskKind;

typedef struct ChangeTask {
        int64_t id;
        ChangeTaskKind kind;
        /*
         * The change number of the event after the change. If the task comes from another store, it is a
         * rank, 0 or less, like the `as_of` of the mails that come from there (store/transfer-tables.c).
         */
        int64_t change;
        usec_t at;             /* when it was made */
        int sequence;          /* SEQUENCE to publish of the version that counts as told */
        int64_t after_contact; /* the steps go on after this contact's id; 0: from the first contact */
        char *before, *after;  /* the event; `before` is "" for CHANGE_TELL_NOBODY */
        size_t before_len, after_len;
} ChangeTask;

void change_task_done(ChangeTask *task);

/**
 * change_task_is_told() - whether a contact was told of an event (ledger_is_told()), counts as told without
 * a mail, or will count so when a task of the event is done
 */
int change_task_is_told(Store *store, const ObjectRecord *event, usec_t now, bool *ret);

/**
 * change_task_tell_nobody() - add a task for the event as it is stored now, in the current transaction, and
 * make the event due. Nothing is added if no contact was told of the event.
 */
int change_task_tell_nobody(Store *store, const ObjectRecord *event, usec_t now);

/**
 * change_task_tell_all() - add a task for the change from @before to the event as it is stored now, in the
 * current transaction, and make the event due
 */
int change_task_tell_all(Store *store, const ObjectRecord *before, usec_t now);

/**
 * change_task_first() - the oldest task of an event. In every case the caller must call change_task_done().
 * Return: 0, STORE_E_NOT_FOUND if there is none, another condition of the store, negative errno.
 */
int change_task_first(Store *store, int64_t object, ChangeTask *ret);

/** change_task_waits() - whether an event has a task */
int change_task_waits(Store *store, int64_t object, bool *ret);

/**
 * change_task_look() - when to look again at an event whose notices wait for its tasks
 * @ret: a second from @now; later for tasks that go on for long, or if the event is due later; 0: no task
 */
int change_task_look(Store *store, int64_t object, usec_t now, usec_t *ret);

/** change_task_give_up() - delete the oldest task of an event, without reading it */
int change_task_give_up(Store *store, int64_t object);

/**
 * change_task_pass_on() - let another event have the tasks of one that is about to be deleted; no event of
 * which nothing is told any more
 */
int change_task_pass_on(Store *store, int64_t from, int64_t to);

/**
 * change_task_repeat() - begin the tasks anew that are done for a contact: it is to hear what another one
 * would. A contact for which a step is repeated hears nothing twice.
 */
int change_task_repeat(Store *store, int64_t contact);

/**
 * change_task_wake_all() - make the events due that have tasks. A daemon of an earlier version, which has
 * derived what is due until now, has left the tasks alone. Nothing is written if there is no task.
 */
int change_task_wake_all(Store *store);

/** change_task_advance() - record that the contacts up to an id are done; 0: all, and the task is deleted */
int change_task_advance(Store *store, const ChangeTask *task, int64_t after_contact);
