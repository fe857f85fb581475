#pragma once

/*
 * Inside of http/ only: limits the processor time that checks of passwords take together, because guesses
 * from very many addresses pass the limits of each address (http/login-limit.h). A password that was right
 * before has a budget of its own, so that guesses do not shut its owner out. Time is an argument. Any thread
 * may call these functions.
 */

#include "base/cleanup.h"
#include "base/time.h"

typedef struct LoginBudget LoginBudget;

typedef enum LoginClass {
        LOGIN_OF_ANYBODY,
        LOGIN_RIGHT_BEFORE, /* the same name and password were right before */
        LOGIN_N_CLASSES,
} LoginClass;

enum {
        LOGIN_BUDGET_PARTS = 4,    /* each class regains one second of processor time in so many seconds */
        LOGIN_BUDGET_SECONDS = 10, /* processor time that a class may use at once */
};

/** login_budget_new() - make a full budget. Return: 0 or -ENOMEM. */
int login_budget_new(LoginBudget **ret);
LoginBudget *login_budget_free(LoginBudget *budget);
DEFINE_CLEANUP(LoginBudget, login_budget_freep, login_budget_free)

/**
 * login_budget_wait() - how long no check of the class may begin, in microseconds; 0 if one may begin now
 * @now: monotonic
 */
usec_t login_budget_wait(LoginBudget *budget, LoginClass class, usec_t now);

/**
 * login_budget_begin() - take the time of a usual check
 * @now:   monotonic
 * @taken: the time that was taken, in microseconds, for login_budget_end(); set only if 0 is returned
 *
 * Return: 0, or the wait of login_budget_wait() if less time is left.
 */
usec_t login_budget_begin(LoginBudget *budget, LoginClass class, usec_t now, usec_t *taken);

/** login_budget_end() - replace the time that was taken by @used, the processor time of the check */
void login_budget_end(LoginBudget *budget, LoginClass class, usec_t taken, usec_t used);
