#include "http/login-budget.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#define FULL (LOGIN_BUDGET_SECONDS * USEC_PER_SEC)

enum { USUAL_FIRST_MSEC = 50, WEIGHT_OF_USUAL = 7 };

typedef struct LoginShare {
        usec_t left, at; /* `left` at the time `at`; less than 0 if checks took longer than usual */
} LoginShare;

struct LoginBudget {
        pthread_mutex_t lock;
        usec_t usual; /* the processor time of a check, as a moving mean */
        LoginShare shares[LOGIN_N_CLASSES];
};

int login_budget_new(LoginBudget **ret)
{
        LoginBudget *budget = calloc(1, sizeof(*budget));
        *ret = budget;
        if (!budget)
                return -ENOMEM;
        budget->usual = USUAL_FIRST_MSEC * USEC_PER_MSEC;
        for (int i = 0; i < LOGIN_N_CLASSES; i++)
                budget->shares[i].left = FULL;
        pthread_mutex_init(&budget->lock, NULL);
        return 0;
}

LoginBudget *login_budget_free(LoginBudget *budget)
{
        if (!budget)
                return NULL;
        pthread_mutex_destroy(&budget->lock);
        free(budget);
        return NULL;
}

/* Adds the time that the share has regained. @now may be older than the reading of another thread. */
static LoginShare *renew(LoginBudget *budget, LoginClass class, usec_t now)
{
        LoginShare *share = &budget->shares[class];
        if (now <= share->at)
                return share;
        usec_t regained = (now - share->at) / LOGIN_BUDGET_PARTS;
        share->left = regained >= FULL - share->left ? FULL : share->left + regained;
        share->at = now;
        return share;
}

static usec_t wait_of(const LoginBudget *budget, const LoginShare *share)
{
        return share->left >= budget->usual ? 0 : (budget->usual - share->left) * LOGIN_BUDGET_PARTS;
}

usec_t login_budget_wait(LoginBudget *budget, LoginClass class, usec_t now)
{
        pthread_mutex_lock(&budget->lock);
        usec_t wait = wait_of(budget, renew(budget, class, now));
        pthread_mutex_unlock(&budget->lock);
        return wait;
}

usec_t login_budget_begin(LoginBudget *budget, LoginClass class, usec_t now, usec_t *taken)
{
        pthread_mutex_lock(&budget->lock);
        LoginShare *share = renew(budget, class, now);
        usec_t wait = wait_of(budget, share);
        if (wait == 0) {
                *taken = budget->usual;
                share->left -= budget->usual;
        }
        pthread_mutex_unlock(&budget->lock);
        return wait;
}

void login_budget_end(LoginBudget *budget, LoginClass class, usec_t taken, usec_t used)
{
        pthread_mutex_lock(&budget->lock);
        LoginShare *share = &budget->shares[class];
        share->left += taken - used;
        if (share->left > FULL)
                share->left = FULL;
        usec_t usual = (budget->usual * WEIGHT_OF_USUAL + used) / (WEIGHT_OF_USUAL + 1);
        budget->usual = usual < FULL ? usual : FULL;
        pthread_mutex_unlock(&budget->lock);
}
