#include "mail/curl-options.h"

CURLcode curl_options_set(CURL *handle, const CurlNumber *numbers, size_t n_numbers, const CurlText *texts,
                size_t n_texts)
{
        CURLcode code = CURLE_OK;
        for (size_t i = 0; code == CURLE_OK && i < n_numbers; i++)
                code = curl_easy_setopt(handle, numbers[i].option, numbers[i].value);
        for (size_t i = 0; code == CURLE_OK && i < n_texts; i++)
                if (texts[i].value)
                        code = curl_easy_setopt(handle, texts[i].option, texts[i].value);
        return code;
}
