#pragma once

/* Private to mail/: sets options of a libcurl handle from tables. */

#include <curl/curl.h>
#include <stddef.h>

/** An option whose value is a number. */
typedef struct CurlNumber {
        CURLoption option;
        long value;
} CurlNumber;

/** An option whose value is a text, which libcurl copies. An option with NULL is not set. */
typedef struct CurlText {
        CURLoption option;
        const char *value;
} CurlText;

/** curl_options_set() - set the options in order. Return: CURLE_OK, or the error of the first that fails. */
CURLcode curl_options_set(CURL *handle, const CurlNumber *numbers, size_t n_numbers, const CurlText *texts,
                size_t n_texts);
