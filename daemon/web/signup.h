#pragma once

/*
 * Subscribing by oneself: /subscribe/mail has the form, /subscribe/confirm/TOKEN is the link in the mail that follows. GET changes nothing;
 * nobody is listed before whoever reads the address's mail has pressed a button. Handlers, with the Site as userdata.
 */

#include "http/server.h"
#include "web/page.h"

int signup_on_form(HttpRequest *request, const char *rest, void *userdata);
int signup_on_confirm(HttpRequest *request, const char *token, void *userdata);

/** signup_is_open() - whether people may list themselves. */
bool signup_is_open(const Config *config);

/** What the form begins with; all plain, NULL for nothing. */
typedef struct SignupForm {
        const char *address;
        const char *event; /* UID of an event that is offered, too */
        const char *event_name;
} SignupForm;

/** signup_write_form() - the form as a section for any page, with a heading of the second level. */
void signup_write_form(Buffer *out, const PageView *view, const SignupForm *form);
