#include "mail/mime.h"

#include <gmime/gmime.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;

void mime_start(void)
{
        pthread_once(&once, g_mime_init);
}
