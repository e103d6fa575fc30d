/* resources.h: the functions of the routes; a file a resource. */
#ifndef CLOSEBELL_API_RESOURCES_H
#define CLOSEBELL_API_RESOURCES_H

#include <closebell/api/routes.h>

RouteAnswer answer_healthz, answer_readyz, answer_metrics; /* life.c */
RouteAnswer answer_dashboard;                              /* dashboard.c */
RouteAnswer answer_events;                                 /* events.c */
RouteAnswer answer_openapi;                                /* openapi.c */
RouteAnswer answer_stocks, answer_stock;                   /* stocks.c */
RouteAnswer answer_prices;                                 /* prices.c */
RouteAnswer answer_sessions, answer_session;               /* sessions.c */
RouteAnswer answer_market_csv, answer_matrix;              /* market_csv.c, matrix.c */
/* The next two lines: listed.c */
RouteAnswer answer_status, answer_runs, answer_alerts, answer_leaders, answer_changes, answer_index, answer_requests;
RouteAnswer answer_actions, answer_company_events, answer_flow, answer_financials, answer_dividends, answer_minutes;
RouteAnswer answer_ledger, answer_radar;                                                        /* hindsight.c */
RouteAnswer answer_request, answer_request_post, answer_request_delete;                         /* requests.c */
RouteAnswer answer_feed, answer_feeds;                                                          /* feed.c, feeds.c */
RouteAnswer answer_ask, answer_asked;                                                           /* model.c */
RouteAnswer answer_etfs, answer_etf_prices;                                                     /* etfs.c */
RouteAnswer answer_datasets;                                                                    /* datasets.c */
RouteAnswer answer_strategies, answer_strategy;                                                 /* strategies.c */
RouteAnswer answer_screener, answer_outcome;                                                    /* screener.c */
RouteAnswer answer_watchlists, answer_watchlist, answer_watchlist_put, answer_watchlist_delete; /* watchlists.c */

#endif
