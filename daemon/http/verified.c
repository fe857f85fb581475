#include "http/verified.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { SETS = 256, WAYS = 4, TEXT_MAX_BYTES = 2048 };

typedef struct Memory {
        char hash[HASH_HEX_SIZE];
        int64_t version;
        usec_t until; /* 0 for a free place */
        Login login;
} Memory;

struct Verified {
        char secret[TOKEN_SIZE];
        pthread_mutex_t lock;
        Memory memories[SETS][WAYS];
};

int verified_new(Verified **ret)
{
        CLEANUP(cleanup_free) Verified *verified = calloc(1, sizeof(*verified));
        *ret = NULL;
        if (!verified)
                return -ENOMEM;
        int r = token_make(verified->secret);
        if (r < 0)
                return r;
        pthread_mutex_init(&verified->lock, NULL);
        *ret = TAKE_PTR(verified);
        return 0;
}

Verified *verified_free(Verified *verified)
{
        if (!verified)
                return NULL;
        pthread_mutex_destroy(&verified->lock);
        explicit_bzero(verified, sizeof(*verified));
        free(verified);
        return NULL;
}

/* Hashes a name and a password. A name has no colon, so two pairs never make the same text. */
void verified_hash(const Verified *verified, const char *name, const char *password,
                char ret[static HASH_HEX_SIZE])
{
        char text[TEXT_MAX_BYTES];
        int len = snprintf(text, sizeof(text), "%s:%s", name, password);
        hash_keyed(verified->secret, text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1, ret);
        explicit_bzero(text, sizeof(text));
}

/* Returns the first 64 bits of a hash. */
static uint64_t number_of(const char *hash)
{
        uint64_t number = 0;
        for (int i = 0; i < 16; i++)
                number = number << 4 | (unsigned)(hash[i] <= '9' ? hash[i] - '0' : hash[i] - 'a' + 10);
        return number;
}

uint64_t verified_key(const char *hash)
{
        uint64_t key = number_of(hash);
        return key ? key : 1;
}

bool verified_find(Verified *verified, const char *hash, int64_t version, usec_t now, Login *ret)
{
        bool found = false;
        pthread_mutex_lock(&verified->lock);
        Memory *set = verified->memories[number_of(hash) % SETS];
        for (Memory *memory = set; memory < set + WAYS; memory++)
                if (memory->until > now && token_is(memory->hash, hash) &&
                                (version == VERIFIED_ANY_VERSION || memory->version == version)) {
                        *ret = memory->login;
                        found = true;
                }
        pthread_mutex_unlock(&verified->lock);
        return found;
}

/* Finds the place of a hash; NULL if it has none. The lock is held. */
static Memory *find_place(Verified *verified, const char *hash)
{
        Memory *set = verified->memories[number_of(hash) % SETS];
        for (Memory *memory = set; memory < set + WAYS; memory++)
                if (token_is(memory->hash, hash))
                        return memory;
        return NULL;
}

bool verified_was_right(Verified *verified, const char *hash)
{
        pthread_mutex_lock(&verified->lock);
        bool is_found = find_place(verified, hash);
        pthread_mutex_unlock(&verified->lock);
        return is_found;
}

void verified_forget(Verified *verified, const char *hash)
{
        pthread_mutex_lock(&verified->lock);
        Memory *memory = find_place(verified, hash);
        if (memory)
                *memory = (Memory){ .until = 0 };
        pthread_mutex_unlock(&verified->lock);
}

/* Chooses the place with the same password, or else the one that would be forgotten first. */
static Memory *choose_place(Memory *set, const char *hash)
{
        Memory *oldest = set;
        for (Memory *memory = set; memory < set + WAYS; memory++) {
                if (strcmp(memory->hash, hash) == 0)
                        return memory;
                if (memory->until < oldest->until)
                        oldest = memory;
        }
        return oldest;
}

void verified_keep(Verified *verified, const char *hash, int64_t version, usec_t until, const Login *login)
{
        Memory memory = { .version = version, .until = until, .login = *login };
        strcpy(memory.hash, hash);
        pthread_mutex_lock(&verified->lock);
        *choose_place(verified->memories[number_of(hash) % SETS], hash) = memory;
        pthread_mutex_unlock(&verified->lock);
}
