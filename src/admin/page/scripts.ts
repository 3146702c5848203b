/**
 * The scripts of the page, in an order in which each uses only those before it.
 *
 * @module
 */
import api from "./api.js" with { type: "text" };
import colours from "./colours.js" with { type: "text" };
import configText from "./config_text.js" with { type: "text" };
import configView from "./config_view.js" with { type: "text" };
import confirm from "./confirm.js" with { type: "text" };
import connectionList from "./connection_list.js" with { type: "text" };
import connectionTable from "./connection_table.js" with { type: "text" };
import connectionWords from "./connection_words.js" with { type: "text" };
import connectionsView from "./connections_view.js" with { type: "text" };
import dataTable from "./data_table.js" with { type: "text" };
import detailDialog from "./detail_dialog.js" with { type: "text" };
import dom from "./dom.js" with { type: "text" };
import eventStream from "./event_stream.js" with { type: "text" };
import explanation from "./explanation.js" with { type: "text" };
import graph from "./graph.js" with { type: "text" };
import graphScale from "./graph_scale.js" with { type: "text" };
import graphTip from "./graph_tip.js" with { type: "text" };
import header from "./header.js" with { type: "text" };
import history from "./history.js" with { type: "text" };
import main from "./main.js" with { type: "text" };
import navigation from "./navigation.js" with { type: "text" };
import noteList from "./note_list.js" with { type: "text" };
import poller from "./poller.js" with { type: "text" };
import processView from "./process_view.js" with { type: "text" };
import rulesView from "./rules_view.js" with { type: "text" };
import svg from "./svg.js" with { type: "text" };
import targetsView from "./targets_view.js" with { type: "text" };
import theme from "./theme.js" with { type: "text" };
import tokenPrompt from "./token_prompt.js" with { type: "text" };
import trafficView from "./traffic_view.js" with { type: "text" };
import units from "./units.js" with { type: "text" };
import visibleText from "./visible_text.js" with { type: "text" };
import type { Script } from "./join_scripts.ts";

/** The scripts of the page; `main` begins. */
export const SCRIPTS: readonly Script[] = [
  { name: "visible_text", text: visibleText },
  { name: "units", text: units },
  { name: "dom", text: dom },
  { name: "svg", text: svg },
  { name: "poller", text: poller },
  { name: "api", text: api },
  { name: "event_stream", text: eventStream },
  { name: "history", text: history },
  { name: "graph_scale", text: graphScale },
  { name: "graph_tip", text: graphTip },
  { name: "graph", text: graph },
  { name: "data_table", text: dataTable },
  { name: "colours", text: colours },
  { name: "traffic_view", text: trafficView },
  { name: "connection_words", text: connectionWords },
  { name: "connection_list", text: connectionList },
  { name: "connection_table", text: connectionTable },
  { name: "confirm", text: confirm },
  { name: "explanation", text: explanation },
  { name: "detail_dialog", text: detailDialog },
  { name: "connections_view", text: connectionsView },
  { name: "targets_view", text: targetsView },
  { name: "rules_view", text: rulesView },
  { name: "config_text", text: configText },
  { name: "note_list", text: noteList },
  { name: "config_view", text: configView },
  { name: "process_view", text: processView },
  { name: "header", text: header },
  { name: "theme", text: theme },
  { name: "navigation", text: navigation },
  { name: "token_prompt", text: tokenPrompt },
  { name: "main", text: main },
];
