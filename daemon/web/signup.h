#pragma once

/*
 * The pages on which readers subscribe. /subscribe/mail has the form; /subscribe/confirm/TOKEN is the link
 * in the confirmation mail. GET changes nothing; the button on the linked page subscribes the address.
 * Handlers, with the Site as userdata.
 */

#include "http/request.h"
#include "store/object.h"
#include "web/page.h"

int signup_on_form(HttpRequest *request, const char *rest, void *userdata);
int signup_on_confirm(HttpRequest *request, const char *token, void *userdata);

/** signup_is_open() - whether the configuration lets readers subscribe themselves. */
bool signup_is_open(const Config *config);

/** The initial values of the form, plain; NULL for an empty field. */
typedef struct SignupForm {
        const char *address;
        const char *event;      /* UID of an event that the form offers */
        const char *event_name; /* its name as the public may see it */
} SignupForm;

/** A public event; empty before signup_event_get(). */
typedef struct SignupEvent {
        ObjectRecord *record; /* NULL for none */
        char *name;           /* without telephone numbers and mail addresses */
} SignupEvent;

/**
 * signup_event_get() - get an event that everybody may see
 *
 * Return: 0, STORE_E_NOT_FOUND if there is no such event or it is not public, another condition of the
 * store, or negative errno. In every case the caller must call signup_event_done().
 */
int signup_event_get(Store *store, const Config *config, const char *uid, SignupEvent *ret);

/**
 * signup_event_is_open() - whether mail may still come about the event: it is a draft, or neither cancelled
 * nor over
 */
bool signup_event_is_open(const SignupEvent *event, usec_t now);
bool signup_event_is_cancelled(const SignupEvent *event);
void signup_event_done(SignupEvent *event);

/** signup_write_form() - write the form as a section for any page, with a heading of the second level. */
void signup_write_form(Buffer *out, const PageView *view, const SignupForm *form);
