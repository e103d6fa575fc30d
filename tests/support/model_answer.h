/* model_answer.h: what a model of the openai kind says, whole, for tiny_http: an answer to the prompt "summary". */
#ifndef CLOSEBELL_TESTS_MODEL_ANSWER_H
#define CLOSEBELL_TESTS_MODEL_ANSWER_H

#define MODEL_ANSWER_HEADLINE "A price of {f9}"
#define MODEL_ANSWER(headline)                                                                                         \
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"                                     \
  "{\"model\":\"tiny-1\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\""  \
  "{\\\"headline\\\":\\\"" headline                                                                                    \
  "\\\",\\\"summary\\\":\\\"It closed at {f9}.\\\",\\\"strengths\\\":[\\\"The value {f5} is large\\\"],"               \
  "\\\"weaknesses\\\":[],\\\"dominant_keywords\\\":[\\\"price\\\"]}\"}}],"                                             \
  "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20}}"
#define MODEL_HONEST MODEL_ANSWER(MODEL_ANSWER_HEADLINE)
#define MODEL_INVENTING MODEL_ANSWER("It rose by 1597 percent")

#endif
