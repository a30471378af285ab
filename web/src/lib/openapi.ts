/* Written by npm run openapi from src/api/openapi.json. */
export interface paths {
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in */
        get: operations["session"];
        put?: never;
        /** Sign in; sets the cookie yq_session */
        post: operations["signIn"];
        /** Sign out */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/demo/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Roles of the demo, one tap each */
        get: operations["demoRoles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/demo/stories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the demo's stories are about */
        get: operations["demoStories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The zone's day */
        get: operations["clock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/clock/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move the zone's day (demo); answers when everything that follows has happened */
        post: operations["advanceClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calendar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Working days in force, and what the packs' files hold by now */
        get: operations["calendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/calendar/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put the working days of the packs' files in force: outcomes and deadlines are counted anew, who is concerned is told (administrator) */
        post: operations["publishCalendar"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Kinds with fields, decisions, services, sources, packs */
        get: operations["catalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The zone at a glance */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Several records as one batch: all of it is stored or none, and a refusal tells every fault of every row */
        post: operations["writeRecords"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records of a kind */
        get: operations["records"];
        put?: never;
        /** Create a record */
        post: operations["createRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same list as a workbook */
        get: operations["recordsXlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same list as CSV */
        get: operations["recordsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}.csv.gz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The list as a file: CSV, gzipped */
        get: operations["exportCsvGzip"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}.jsonl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The list as a file: One JSON object a line, keyed by field names */
        get: operations["exportJsonLines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}.jsonl.gz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The list as a file: JSON Lines, gzipped */
        get: operations["exportJsonLinesGzip"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/template.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An empty workbook with headers, units, definitions as notes and drop-downs */
        get: operations["recordTemplate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One record; ETag is its version */
        get: operations["record"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change fields; If-Match carries the version seen */
        patch: operations["changeRecord"];
        trace?: never;
    };
    "/records/{kind}/{id}/reveal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A masked value in clear; the reason is kept in the access log */
        post: operations["revealField"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every change of a record, newest first */
        get: operations["recordHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every outcome of a record */
        get: operations["recordOutcomes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/outcomes/{decision}/explanation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why: every condition with the fact found */
        get: operations["explanation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close a record from a day on */
        post: operations["closeRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reopen a closed record */
        post: operations["reopenRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/void": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take changes of a record back; what they said is as if it had not been recorded */
        post: operations["voidRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/unmerge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo a merge */
        post: operations["unmergeRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erase personal data from every change of a record; the chain still holds */
        post: operations["eraseRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What merging this record into another would do */
        get: operations["previewMerge"];
        put?: never;
        /** Merge into another record: it becomes an alias, nothing is rewritten */
        post: operations["mergeRecord"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/similar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records that hold a value of one of this record's keys: perhaps the same */
        get: operations["similarRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changed in a file: who, from where, why, before and after; newest first */
        get: operations["fileChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a batch (an import, a form) recorded, and what of it still stands */
        get: operations["batch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/batches/{id}/void": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take everything of a batch back */
        post: operations["voidBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/duties/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The decision a duty rests on, run again: with what was known then, and with what is known now */
        get: operations["replayDuty"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Signed checkpoints, and which rules decided from when */
        get: operations["evidence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evidence/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the last verification of the served folder found, and how far the one that runs is */
        get: operations["verification"];
        put?: never;
        /** Verify the served folder now: chains, roots, attachments, current records */
        post: operations["verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The series of backups, newest first, and how far the one that is being made is (administrator, auditor) */
        get: operations["backups"];
        put?: never;
        /** Make one more backup now, and verify it (administrator; kept in the access log) */
        post: operations["back_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backups/{name}/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verify a backup again: chains, roots, attachments, current records */
        post: operations["verify_backup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole page of a file */
        get: operations["file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Decisions with their models */
        get: operations["decisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has which outcome, with the reason */
        get: operations["decisionOutcomes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/outcomes.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same list as a workbook */
        get: operations["decisionOutcomesWorkbook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/near-misses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everyone who fails at most so many conditions, by margin */
        get: operations["nearMisses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/near-misses.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same list as a workbook */
        get: operations["nearMissesWorkbook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/unknowns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is unknown for want of which facts and sources */
        get: operations["unknowns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/unknowns/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask every firm concerned for one missing fact, in its inbox */
        post: operations["askForMissing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/unknowns.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A form for the source: who lacks one fact */
        get: operations["unknownsWorkbook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changes in the coming days, by what is recorded now */
        get: operations["forecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Filter, group, count, sum and top-N in FEEL over the records of a kind */
        post: operations["query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/query.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same answer as a workbook */
        post: operations["queryWorkbook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The tables of the model in force, with the ids of their cells */
        get: operations["decisionTables"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/decisions/{decision}/simulations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a changed table or parameter would do to everybody; kept as a draft */
        post: operations["simulate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Drafts, newest first */
        get: operations["simulations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A draft with its change and result */
        get: operations["simulation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulations/{id}.dmn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The changed model as a DMN file */
        get: operations["simulationModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulations/{id}/publication": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hand a draft in to become a rule from a day on; by a rule author */
        post: operations["handInSimulation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rules handed in, published and given back, newest first */
        get: operations["publications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Publish a rule that was handed in; by a rule publisher, never by its author */
        post: operations["publishRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{id}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a rule back to its author, with the reason */
        post: operations["returnRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a rule back that waits; by who handed it in */
        post: operations["withdrawRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/report-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The zone's own workbooks */
        get: operations["reportTemplates"];
        put?: never;
        /** A workbook whose named cells hold FEEL */
        post: operations["addReportTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/report-templates/{id}.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The template as it was uploaded */
        get: operations["reportTemplateFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reports, newest first */
        get: operations["reports"];
        put?: never;
        /** Fill a template as of a day and check it */
        post: operations["fillReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/{id}/sign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign a report off: frozen with number and hash */
        post: operations["signReport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/{id}.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The filled workbook */
        get: operations["reportFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/duties": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the zone owes */
        get: operations["duties"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/duties/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One duty */
        get: operations["duty"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/duties/{id}/take": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a duty */
        post: operations["takeDuty"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/duties/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraw a duty with a reason */
        post: operations["withdrawDuty"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/duties/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A planned duty becomes due */
        post: operations["releaseDuty"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/duties/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The owner's yes to an offer */
        post: operations["acceptDuty"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/duties/{id}/done": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A duty of the kind notify has been seen to */
        post: operations["finishDuty"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Service items with their guides */
        get: operations["services"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/services/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One service item */
        get: operations["service"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cases */
        get: operations["cases"];
        put?: never;
        /** Open a case by hand, where the procedure is open to one's post */
        post: operations["openCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One case with its diagram */
        get: operations["case"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/tasks/{task}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Claim a task */
        post: operations["claimTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/tasks/{task}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete a task */
        post: operations["completeTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/tasks/{task}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give a claimed task back */
        post: operations["releaseTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say something in the case's timeline */
        post: operations["commentCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/materials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Attach an uploaded file to a case or to one of its tasks */
        post: operations["attachToCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/materials/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file attached to a case */
        get: operations["caseMaterial"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a case with a reason */
        post: operations["cancelCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try a stopped step again */
        post: operations["resumeCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks the viewer may work on */
        get: operations["tasks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/tasks/{task}/earlier": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Steps the task may be sent back to, nearest first */
        get: operations["earlierSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/tasks/{task}/return": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send back to an earlier step, with a reason */
        post: operations["returnTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/tasks/{task}/take-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back what one did last, while nobody has worked on what followed */
        post: operations["takeBackTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/tasks/{task}/ask": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a countersignature or for a correction; the task waits for the answer */
        post: operations["askOthers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/tasks/{task}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pass a task to a colleague */
        post: operations["assignTask"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The one the case is about withdraws it */
        post: operations["withdrawCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/clock/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Suspend the clock for a reason (hearing, review, inspection, material) */
        post: operations["pauseClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/clock/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the clock run again */
        post: operations["resumeClock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/clock/extend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Extend the deadline, within what the procedure allows */
        post: operations["extendDeadline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enter a message the case waits for */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/migration": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What moving the case to the installed version of its procedure would do */
        get: operations["migrationPreview"];
        put?: never;
        /** Move the case to the version that was previewed */
        post: operations["migrateCase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/procedures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Procedures one may open by hand, for a record or for none */
        get: operations["procedures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/worklists": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How much there is in each worklist */
        get: operations["worklists"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exceptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks that came to a person because a rule could not say yes, with what it found */
        get: operations["exceptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete many tasks of one step with one answer and one reason */
        post: operations["completeTasks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/colleagues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** People of the zone tasks may be passed to */
        get: operations["colleagues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Messages to the account and its file */
        get: operations["inbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark as read */
        post: operations["readMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Own subscriptions, and the channels there are */
        get: operations["subscriptions"];
        put?: never;
        /** Receive messages by another channel; a webhook's secret is told once */
        post: operations["subscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/subscriptions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End a subscription */
        delete: operations["unsubscribe"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A secret calendar address; a new one revokes the earlier */
        post: operations["openFeed"];
        /** Revoke the calendar address */
        delete: operations["closeFeed"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feeds/{secret}.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's deadlines as iCalendar */
        get: operations["feed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inbox/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a message fared in each channel */
        get: operations["deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/call-list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Duties of enterprises that are due soon and whose message nobody read */
        get: operations["callList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/papers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Papers of a file */
        get: operations["papers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/papers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One paper */
        get: operations["paper"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/papers/{id}.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The paper itself */
        get: operations["paperPdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/papers/{id}.docx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The paper's words as DOCX */
        get: operations["paperDocx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/papers/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All versions of a paper, newest first */
        get: operations["paperVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/cases/{id}/file.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cover, index and every paper of a case as one print */
        get: operations["caseFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/paper-templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Templates of papers */
        get: operations["paperTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/paper-templates/{id}/preview.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a paper of the template would look like for a record; never issued */
        get: operations["previewPaperTemplate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether papers are samples, and who issues them */
        get: operations["issuers"];
        put?: never;
        /** Propose an issuer; another administrator confirms */
        post: operations["proposeIssuer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm a proposed issuer; not by whoever proposed it */
        post: operations["confirmIssuer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/issuers/{id}/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraw an issuer; papers are samples again */
        post: operations["withdrawIssuer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/public/papers/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check a paper by its number; no sign-in */
        get: operations["publicPaper"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authorisations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Standing authorisations of the viewer's files */
        get: operations["authorisations"];
        put?: never;
        /** Give a standing authorisation */
        post: operations["authorise"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authorisations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke it */
        delete: operations["revokeAuthorisation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Store a file; a write then names it by sending back what this answers. A file that nothing names is removed after a day. */
        post: operations["uploadAttachment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/records/{kind}/{id}/attachments/{field}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file an attachment field holds, to who may read the field in clear; who sees it masked and may reveal it gives a reason, which is kept in the access log */
        get: operations["attachment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest imports */
        get: operations["imports"];
        put?: never;
        /** Upload a CSV, XLSX or JSON Lines file; answers with the mapping proposed */
        post: operations["uploadImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Progress and errors */
        get: operations["import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The mapping proposed for a sheet */
        get: operations["importDraft"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Apply with the mapping shown */
        post: operations["applyImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/rejects.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rejected rows, same shape plus reason */
        get: operations["importRejectsXlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/{id}/rejects.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rejected rows, same shape plus reason */
        get: operations["importRejectsCsv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Data sources: what is due, late and last arrived */
        get: operations["sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One data source with its deliveries */
        get: operations["source"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take in a file for one period; it runs behind the counter */
        post: operations["deliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{id}/deliveries/{delivery}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A delivery against the one before it */
        get: operations["delivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{id}/deliveries/{delivery}/differences.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The differences as a workbook */
        get: operations["differencesXlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{id}/deliveries/{delivery}/desk.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows that wait, to be mended and sent back */
        get: operations["deskXlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sources/{id}/deliveries/{delivery}/desk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The mended workbook */
        post: operations["mend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/desk-rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rows of deliveries that did not match or contradict */
        get: operations["deskRows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signed-deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Figures an enterprise's own system signed, of itself; the same request again tells how far it is */
        post: operations["deliverSigned"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/desk-rows/{id}/dismiss": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A row that need not be settled, with the reason */
        post: operations["dismissDeskRow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/looks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who looked at this file */
        get: operations["fileLooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/looks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The access log */
        get: operations["looks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/looks.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The access log as a workbook */
        get: operations["looksXlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who may do what as of a day */
        get: operations["permissions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/permissions.xlsx": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The permission matrix as a workbook */
        get: operations["permissionsXlsx"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hand-overs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Everything one account answers for goes to another in one step */
        post: operations["handOver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One search box */
        get: operations["search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Server-sent events: clock, change, outcome, duty, case, notice, import; data is {position, …ids}; Last-Event-ID resumes at a journal position */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/routes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every route with the ability it asks for */
        get: operations["routes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Delivery: {
            id: components["schemas"]["Id"];
            number: string;
            period: string;
            from: components["schemas"]["Date"];
            to: components["schemas"]["Date"];
            arrived: components["schemas"]["Date"];
            file: string | null;
            rows: number;
            new: number;
            gone: number;
            changed: number;
            to_desk: number;
        };
        DataSource: {
            id: components["schemas"]["Id"];
            code: string;
            name: string;
            source: {
                name: string;
                labels: components["schemas"]["Labels"];
                basis: components["schemas"]["Labels"];
                /** @description Of the citation: high, medium; null when no law is cited. */
                confidence: string | null;
            };
            kind: {
                kind: string;
                labels: components["schemas"]["Labels"];
            };
            /** @enum {string} */
            content: "state" | "period" | "events";
            /** @enum {string} */
            cycle: "week" | "month" | "quarter" | "year";
            days: number;
            department: components["schemas"]["Reference"];
            officer: components["schemas"]["Reference"] | null;
            purposes: {
                purpose: string;
                labels: components["schemas"]["Labels"];
                with_consent: boolean;
            }[];
            fields: {
                field: string;
                labels: components["schemas"]["Labels"];
            }[];
            bound: components["schemas"]["Amount"] | null;
            /** @enum {string} */
            state: "arrived" | "late" | "waiting" | "none" | "closed";
            overdue_from: components["schemas"]["Date"] | null;
            next: {
                period: string;
                from: components["schemas"]["Date"];
                to: components["schemas"]["Date"];
                due: components["schemas"]["Date"];
            };
            last: components["schemas"]["Delivery"] | null;
            waiting_rows: number;
            may_deliver: boolean;
        };
        DataSourceDetail: components["schemas"]["DataSource"] & {
            mapping: string[];
            deliveries: components["schemas"]["Delivery"][];
            running: {
                /** @enum {string} */
                state: "queued" | "running" | "done" | "failed";
                file: string;
                rows_done: number;
                part: number;
                delivery: components["schemas"]["Id"] | null;
                problem: components["schemas"]["Problem"] | null;
            } | null;
        };
        Difference: {
            /** @enum {string} */
            what: "new" | "gone" | "changed";
            file: components["schemas"]["Reference"];
            record: components["schemas"]["Id"];
            field: {
                field: string;
                labels: components["schemas"]["Labels"];
                unit: string | null;
            } | null;
            before: string | null;
            after: string | null;
        };
        DeskRow: {
            id: components["schemas"]["Id"];
            source: components["schemas"]["Reference"];
            delivery: components["schemas"]["Id"];
            row: number;
            may_settle: boolean;
            record: components["schemas"]["Reference"] | null;
            cells: {
                header: string;
                value: string | null;
            }[];
            zh: string;
            en: string;
        };
        MendReport: {
            rows: number;
            mended: number;
            left: number;
            errors: {
                row: number;
                header: string | null;
                zh: string;
                en: string;
            }[];
        };
        Look: {
            id: components["schemas"]["Id"];
            at: string;
            /** @enum {string} */
            what: "file" | "record" | "history" | "reveal" | "export" | "request";
            post: components["schemas"]["Labels"] | null;
            account?: string | null;
            file?: components["schemas"]["Reference"] | null;
            field: {
                field: string;
                labels: components["schemas"]["Labels"];
            } | null;
            exported: components["schemas"]["Labels"] | null;
            reason: string | null;
        };
        LookPage: {
            items: components["schemas"]["Look"][];
            next_cursor: string | null;
        };
        PermissionMatrix: {
            day: components["schemas"]["Date"];
            packs: string;
            holders: {
                account: string;
                name: string;
                post: string;
                labels: components["schemas"]["Labels"];
                /** @enum {string} */
                why: "account" | "holding" | "stands_in";
                instead_of: string | null;
                away: boolean;
                within: components["schemas"]["Reference"] | null;
            }[];
            rows: {
                post: string;
                kind: string;
                field: string;
                post_labels: components["schemas"]["Labels"];
                kind_labels: components["schemas"]["Labels"];
                labels: components["schemas"]["Labels"];
                class: string;
                personal_of_individuals: boolean;
                any: string | null;
                own: string | null;
                consent: string | null;
                purposes: string | null;
                sources: string | null;
            }[];
        };
        /**
         * @description A record, duty, case … by number. A string because it has 63 bits and JavaScript's numbers hold 53.
         * @example 217365148271616
         */
        Id: string;
        /**
         * Format: date
         * @description A day: 2026-03-02.
         */
        Date: string;
        /**
         * Format: date-time
         * @description A moment in UTC: 2026-03-02T08:30:00Z.
         */
        Instant: string;
        Labels: {
            zh: string;
            en: string;
        };
        /** @description A decimal number. A JSON number when a reader that uses doubles gets every digit back, a string otherwise. */
        Amount: number | string;
        Money: {
            amount: components["schemas"]["Amount"];
            /**
             * @description ISO 4217
             * @example CNY
             */
            currency: string;
        };
        Reference: {
            id: components["schemas"]["Id"];
            title: string;
            kind?: string;
        };
        Attachment: {
            /** @description SHA-256 of the bytes. */
            hash: string;
            name: string;
            size: number;
            /** @description By the content, never by the name: pdf, png, jpeg, docx … */
            format: string;
        };
        /** @description See value.ts */
        Value: import("./value").Value;
        Place: {
            file?: string;
            row?: number;
            column?: number;
            field?: string;
            rule?: string;
            offset?: number;
        };
        /** @description RFC 9457. zh and en say what happened and what to do. */
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @enum {string} */
            code: "invalid" | "not_found" | "conflict" | "forbidden" | "unauthenticated" | "unsupported" | "limit_exceeded" | "unavailable" | "internal";
            zh: string;
            en: string;
            trace_id: string;
            place?: components["schemas"]["Place"];
            /** @description Every fault of a form, by field. */
            faults?: {
                field: string;
                zh: string;
                en: string;
            }[];
            /** @description With 202 on a read as of a moment: the part of its population that is done. Ask again. */
            building?: number;
            /** @description With 409 on a write: the record as it is now, to lay beside what was sent. */
            current?: components["schemas"]["RecordItem"] | null;
        };
        Clock: {
            today: components["schemas"]["Date"];
            /** @description True when the day may be moved by POST /clock/advance. */
            demo: boolean;
            position: number;
            weekday?: number;
            working_day?: boolean;
            synthetic?: boolean;
        };
        WorkingDay: {
            date: components["schemas"]["Date"];
            weekday: number;
            /** @description False: a day off; true: worked, also when it is a weekend */
            working: boolean;
            name: string | null;
        };
        WorkingDays: {
            in_force: {
                version: string;
                from: string | null;
                /** @description Last published day; later ones are provisional */
                to: string | null;
                /** @description That differ from the plain week */
                days: components["schemas"]["WorkingDay"][];
            };
            /** @description What the packs' files hold by now */
            offered: {
                version: string;
                from: string | null;
                to: string | null;
                /** @description Rows outside from and to, which do not count */
                beyond: number;
                changes: components["schemas"]["WorkingDay"][];
            } | null;
            /** @description Why the files cannot be read */
            problem: {
                zh: string;
                en: string;
                file: string | null;
            } | null;
            may_publish: boolean;
        };
        Recounted: {
            cases_moved: number;
            duties_moved: number;
        };
        /** @description Exactly one of the three. */
        ClockMove: {
            days?: number;
            months?: number;
            to?: components["schemas"]["Date"];
        };
        /** @description Either account and password, or role. */
        SignIn: {
            account?: string;
            password?: string;
            /** @description A role of GET /demo/roles; in the demo only. */
            role?: string;
        };
        Session: {
            account: string;
            name: components["schemas"]["Labels"];
            role: string;
            read_only: boolean;
            synthetic: boolean;
            demo: boolean;
            post?: components["schemas"]["Labels"] | null;
            /** @description The first file the account stands for; also there under the name of its kind. */
            file?: components["schemas"]["Reference"] | null;
            /** @description All files the account stands for: an owner of several firms, a bookkeeper, a host. */
            files: components["schemas"]["Reference"][];
            enterprise?: components["schemas"]["Reference"] | null;
            zone?: components["schemas"]["Labels"] | null;
            /** @description Address of the smart centre beside the zone */
            centre?: string | null;
            /** @description Names of the abilities of GET /routes this account has. */
            may?: string[];
        };
        DemoRole: {
            role: string;
            labels: components["schemas"]["Labels"];
            account?: string;
            description?: components["schemas"]["Labels"];
            name?: components["schemas"]["Labels"];
        };
        DemoStory: {
            number: number;
            title: components["schemas"]["Labels"];
            file: components["schemas"]["Id"];
            record: components["schemas"]["Id"];
        };
        Choice: {
            code: string;
            labels: components["schemas"]["Labels"];
        };
        Field: {
            number: number;
            name: string;
            feel: string;
            labels: components["schemas"]["Labels"];
            /** @enum {string} */
            type: "number" | "string" | "boolean" | "date" | "date_time" | "enumeration" | "reference" | "list" | "money" | "attachment";
            required: boolean;
            /** @enum {string} */
            class: "public" | "internal" | "business_secret" | "tax_secret" | "personal";
            /** @description Whether the viewer may read it at all. */
            readable: boolean;
            aliases?: string[];
            definition?: components["schemas"]["Labels"] | null;
            example?: components["schemas"]["Value"];
            unit?: string | null;
            currency?: string | null;
            scale?: number | null;
            minimum?: components["schemas"]["Amount"] | null;
            maximum?: components["schemas"]["Amount"] | null;
            pattern?: string | null;
            check?: string | null;
            values?: components["schemas"]["Choice"][];
            to?: string | null;
            of?: string | null;
            sources?: string[];
            fresh_for?: string | null;
            tolerance?: components["schemas"]["Amount"] | null;
            /** @description Of an attachment: bytes. */
            size_max?: number;
            /** @description Of an attachment: what it may be. */
            formats?: string[];
            section?: string | null;
        };
        Kind: {
            kind: string;
            number: number;
            feel: {
                name: string;
                plural: string;
            };
            labels: components["schemas"]["Labels"];
            opens_file: boolean;
            belongs_to: string | null;
            /** @description Field shown as the record's title. */
            title: string;
            keys: string[][];
            fields: components["schemas"]["Field"][];
            pack: string;
            may_write: boolean;
        };
        DecisionInfo: {
            id: string;
            number: number;
            labels: components["schemas"]["Labels"];
            kind: string;
            aim?: string | null;
            model: string;
            decision: string;
            values?: components["schemas"]["Choice"][];
            basis?: components["schemas"]["Labels"] | null;
            purpose?: string;
            versions?: {
                model: string;
                decision: string;
                valid_from: components["schemas"]["Date"] | null;
                valid_to: components["schemas"]["Date"] | null;
            }[];
        };
        ServiceInfo: {
            id: string;
            service: string;
            labels: components["schemas"]["Labels"];
            subject: string;
            /** @enum {string} */
            calls_for: "notify" | "offer" | "act";
            number?: number;
            decision?: string | null;
            /** @enum {string|null} */
            fires?: "holds" | "becomes" | null;
            procedure?: string | null;
            deadline_working_days?: number | null;
            basis?: components["schemas"]["Labels"] | null;
            /** @description By part: conditions, materials, clock, fee … */
            guide?: {
                [key: string]: components["schemas"]["Labels"];
            };
            role?: string | null;
            open_duties?: number;
        };
        Source: {
            name: string;
            number: number;
            labels: components["schemas"]["Labels"];
        };
        PackInfo: {
            name: string;
            version: string;
            labels: components["schemas"]["Labels"];
            hash?: string;
        };
        Catalogue: {
            kinds: components["schemas"]["Kind"][];
            decisions: components["schemas"]["DecisionInfo"][];
            services: components["schemas"]["ServiceInfo"][];
            sources: components["schemas"]["Source"][];
            packs: components["schemas"]["PackInfo"][];
        };
        Overview: {
            /** @description Records by kind, and duties_open, duties_late, cases_running, cases_done, papers. */
            counts: {
                [key: string]: number;
            };
            /** @description Like every figure of the packs: absent for posts that may not read what it is made of. */
            size_classes?: components["schemas"]["GroupCount"][];
            industries?: components["schemas"]["GroupCount"][];
            /** @description week is its Monday */
            due_by_week: {
                week: components["schemas"]["Date"];
                count: number;
                by_service?: {
                    [key: string]: number;
                };
            }[];
            newest_duties: components["schemas"]["Duty"][];
            today: components["schemas"]["Date"];
            synthetic: boolean;
            groups?: {
                name: string;
                labels: components["schemas"]["Labels"];
                items: components["schemas"]["GroupCount"][];
            }[];
        };
        GroupCount: {
            code: string | null;
            labels: components["schemas"]["Labels"];
            count: number;
        };
        RecordItem: {
            id: components["schemas"]["Id"];
            kind: string;
            title: string;
            file: components["schemas"]["Id"] | null;
            /** @description Journal position of the last change; the ETag without its quotes. */
            version: number;
            /** @description By field name. A field the viewer may not read is absent. */
            values: {
                [key: string]: components["schemas"]["Value"];
            };
            /** @enum {string} */
            status?: "open" | "closed" | "merged";
            /** @description By decision id. */
            outcomes?: {
                [key: string]: components["schemas"]["Value"];
            };
            /** @description Fields whose value is shown masked. */
            masked?: string[];
            /** @description Fields that exist but may not be read. */
            withheld?: string[];
            facts?: components["schemas"]["Fact"][];
            findings?: components["schemas"]["Finding"][];
        };
        RecordPage: {
            items: components["schemas"]["RecordItem"][];
            /** @description Give it back as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
            /** @description How many there are in all. */
            total: number;
        };
        RecordWrite: {
            /** @description By field name; null clears. */
            values: {
                [key: string]: components["schemas"]["Value"];
            };
            source?: string;
            effective_from?: components["schemas"]["Date"];
            reason?: string;
        };
        BatchWrite: {
            kind: string;
            /** @description Without it a new record. */
            id?: components["schemas"]["Id"];
            /** @description The version seen; a stale one refuses the batch. */
            version?: number;
            values: {
                [key: string]: components["schemas"]["Value"];
            };
            source: string;
            effective_from: components["schemas"]["Date"];
            reason?: string;
        };
        BatchWritten: {
            position: number;
            batch: components["schemas"]["Id"];
            written: {
                id: components["schemas"]["Id"];
                version: number;
                changed: boolean;
            }[];
        };
        Written: {
            id: components["schemas"]["Id"];
            version: number;
            position: number;
            record: components["schemas"]["RecordItem"];
            findings?: components["schemas"]["Finding"][];
            changed?: boolean;
        };
        Finding: {
            code: string;
            zh: string;
            en: string;
            field?: string | null;
        };
        OtherFact: {
            source: string;
            value: components["schemas"]["Value"];
            effective_from: components["schemas"]["Date"];
            recorded_at?: components["schemas"]["Instant"];
            stale?: boolean;
        };
        Fact: {
            field: string;
            value: components["schemas"]["Value"];
            source: string | null;
            effective_from: components["schemas"]["Date"] | null;
            recorded_at: components["schemas"]["Instant"] | null;
            /** @description The same field from other sources, in order of trust. */
            others: components["schemas"]["OtherFact"][];
            masked?: boolean;
            may_reveal?: boolean;
            until?: components["schemas"]["Date"] | null;
            finding?: components["schemas"]["Finding"] | null;
            /** @description Why the value is null: stale. */
            reason?: string | null;
            position?: number;
        };
        Outcome: {
            decision: string;
            value: components["schemas"]["Value"];
            since: components["schemas"]["Date"] | null;
            until: components["schemas"]["Date"] | null;
            labels?: components["schemas"]["Labels"];
            value_labels?: components["schemas"]["Labels"];
            rules?: string | null;
            record?: components["schemas"]["Reference"];
            sentence?: components["schemas"]["Labels"] | null;
            reason?: components["schemas"]["Labels"] | null;
            provisional?: boolean;
        };
        Operation: {
            source: string;
            effective_from?: components["schemas"]["Date"];
            reason: string;
        };
        VoidOperation: {
            source: string;
            reason: string;
            /** @description Positions of changes of this record. */
            changes: number[];
        };
        EraseOperation: {
            source: string;
            reason: string;
            /** @description Fields of the class personal. */
            fields: string[];
        };
        MergeOperation: {
            source: string;
            effective_from?: components["schemas"]["Date"];
            reason: string;
            into: components["schemas"]["Id"];
        };
        Reason: {
            reason: string;
        };
        MergePreview: {
            record: components["schemas"]["RecordItem"];
            into: components["schemas"]["RecordItem"];
            /** @description Fields of which the record says something else than the one it would go into; after the merge the other's value is read. */
            differences: {
                field: string;
                record: components["schemas"]["Value"];
                into: components["schemas"]["Value"];
            }[];
            /** @description Records that would show in the other's file; same_key pairs those that are there twice. */
            children: {
                kind: string;
                count: number;
                same_key: {
                    record: components["schemas"]["Reference"];
                    into: components["schemas"]["Reference"];
                }[];
            }[];
        };
        SimilarRecords: {
            items: components["schemas"]["RecordItem"][];
        };
        Batch: {
            id: components["schemas"]["Id"];
            recorded_at: components["schemas"]["Instant"];
            actor: string;
            source?: string | null;
            reason?: string | null;
            changes: number;
            voided: number;
            records: number;
            created: number;
            /** @description Records that were changed again afterwards. */
            built_upon: number;
            kinds: {
                kind: string;
                records: number;
            }[];
        };
        ReplaySide: {
            value: components["schemas"]["Value"];
            literal: string;
            rules?: string | null;
            applies: boolean;
            explanation: components["schemas"]["Explanation"];
        };
        Replay: {
            decision: string;
            labels: components["schemas"]["Labels"];
            day: components["schemas"]["Date"];
            /** @description The journal position it was decided at. */
            known_at: number;
            recorded: {
                literal: string;
                rules?: string | null;
            };
            then: components["schemas"]["ReplaySide"];
            now: components["schemas"]["ReplaySide"];
            same_then: boolean;
            same_now: boolean;
            differences: {
                path: string;
                record: components["schemas"]["Id"];
                field: string;
                label: components["schemas"]["Labels"];
                then?: string | null;
                now?: string | null;
            }[];
            rules: {
                known: boolean;
                same: boolean;
                changed: string[];
                packs?: string;
                model?: string | null;
                model_hash?: string | null;
                parameters?: string;
                calendars?: string;
            };
        };
        Evidence: {
            position: number;
            /** @description The position up to which a checkpoint is signed. */
            covered: number;
            checkpoints_total: number;
            export_to: string | null;
            every_minutes: number;
            /** @description Number of the last checkpoint that lies outside; null: nowhere, or it cannot be read. */
            exported: number | null;
            /** @description The public key that signs, hexadecimal; empty before the first checkpoint. */
            key: string;
            checkpoints: {
                checkpoint: number;
                position: number;
                made_at: components["schemas"]["Instant"];
                files: number;
                root: string;
                /** @description As it is exported. */
                line: string;
            }[];
            rules: {
                number: number;
                hash: string;
                since: number;
                recorded_at: components["schemas"]["Instant"];
                day?: components["schemas"]["Date"] | null;
                packs: string;
                models: number;
                parameters?: string;
                calendars?: string;
            }[];
        };
        BackupSeries: {
            /** @description Of the series, on the server. */
            folder: string;
            /** @description How often one is made by itself; 0: by hand only. */
            every_hours: number;
            /** @description How many stay after one made by itself; 0: all. */
            keep: number;
            may_back_up: boolean;
            /** @description The command that goes back to any moment since the first backup. */
            restore: string;
            run: components["schemas"]["BackupRun"];
            items: components["schemas"]["Backup"][];
        };
        BackupRun: {
            running: boolean;
            /** @description The copy is made, or an older one is verified again. */
            verifying: boolean;
            part: number;
            name: string | null;
            begun_at: components["schemas"]["Instant"] | null;
            ended_at: components["schemas"]["Instant"] | null;
            /** @description Why the last one could not be done. */
            problem: components["schemas"]["Labels"] | null;
        };
        Backup: {
            name: string;
            made_at: components["schemas"]["Instant"];
            /** @description The last change in it. */
            position: number;
            /** @description When that change was recorded. */
            recorded_at: components["schemas"]["Instant"] | null;
            /** @description Of its database; attachments are shared by the series. */
            bytes: number;
            attachments: number;
            /** @description The command that restores it. */
            restore: string;
            /** @description What verify said of it; null: never verified. */
            check: components["schemas"]["BackupCheck"] | null;
        };
        BackupCheck: {
            at: components["schemas"]["Instant"];
            changes: number;
            records: number;
            attachments: number;
            problems: number;
            first: components["schemas"]["Labels"] | null;
        };
        Verification: {
            running: boolean;
            /** @description Of the one that runs, how much is done. */
            part: number;
            begun_at: components["schemas"]["Instant"] | null;
            ended_at: components["schemas"]["Instant"] | null;
            problem: components["schemas"]["Labels"] | null;
            report: components["schemas"]["VerificationReport"] | null;
        };
        VerificationReport: {
            changes: number;
            files: number;
            records: number;
            attachments: number;
            checkpoints: number;
            /** @description From outside, that agree. */
            roots: number;
            /** @description By the last root from outside; what came after could be cut off unseen. */
            covered: number;
            problems_total: number;
            seconds: number;
            problems: {
                code: string;
                text: components["schemas"]["Labels"];
                change: number | null;
                record: components["schemas"]["Id"] | null;
            }[];
        };
        HistoryEntry: {
            position: number;
            /** @enum {string} */
            operation: "put" | "clear" | "close" | "reopen" | "merge" | "unmerge" | "void" | "erase";
            recorded_at: components["schemas"]["Instant"];
            effective_from: components["schemas"]["Date"];
            source: string;
            actor: string;
            values: {
                [key: string]: components["schemas"]["Value"];
            };
            voided: boolean;
            reason?: string | null;
            batch?: components["schemas"]["Id"] | null;
            record: components["schemas"]["Id"];
            kind: string;
            title: string;
            /** @description What this source said of that day until then. */
            before: {
                [key: string]: components["schemas"]["Value"];
            };
            /** @description The changes it takes back. */
            voids: number[];
            into: components["schemas"]["Reference"] | null;
            /** @description Personal data was taken out of it. */
            erased: boolean;
        };
        HistoryPage: {
            items: components["schemas"]["HistoryEntry"][];
            /** @description Give it back as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
            /** @description How many there are in all. */
            total: number;
        };
        Condition: {
            label: components["schemas"]["Labels"];
            expression: string;
            value: components["schemas"]["Value"];
            /** @enum {string} */
            result: "met" | "unmet" | "unknown" | "not_reached";
            source?: string | null;
            date?: components["schemas"]["Date"] | null;
            rule?: number;
            table?: string;
            field?: string | null;
            unit?: string | null;
            /** @description The rule's entry, as FEEL. */
            bound?: string;
            input?: number;
            limit?: components["schemas"]["Value"];
            margin?: components["schemas"]["Value"];
            gap?: number | null;
            lever?: string | null;
            facts?: number[];
            /** @description The viewer may not read the value. */
            withheld?: boolean;
        };
        FactUsed: {
            field: string;
            label: components["schemas"]["Labels"];
            value: components["schemas"]["Value"];
            record?: components["schemas"]["Reference"];
            path?: string;
            unit?: string | null;
            source?: string | null;
            date?: components["schemas"]["Date"] | null;
            reason?: string | null;
            lever?: string;
            withheld?: boolean;
        };
        Fix: {
            changes: {
                fact: number;
                field: string;
                label: components["schemas"]["Labels"];
                unit: string | null;
                lever: string;
                record: components["schemas"]["Reference"];
                from: components["schemas"]["Value"];
                to: components["schemas"]["Value"];
            }[];
            outcome: components["schemas"]["Value"];
        };
        Way: {
            rule: number;
            unmet: number;
            unknown: number;
            conditions: number[];
        };
        MissingFact: {
            kind: string;
            field: string | null;
            label: components["schemas"]["Labels"];
            about: string | null;
            source: string | null;
            reason: string;
        };
        FailedCondition: {
            rule: number;
            table: string;
            label: components["schemas"]["Labels"];
            expression: string;
            bound: string;
            value: components["schemas"]["Value"];
            result: string;
            limit: components["schemas"]["Value"];
            margin: components["schemas"]["Value"];
            gap: number | null;
        };
        DecisionOutcomes: {
            decision: components["schemas"]["DecisionInfo"];
            counts: {
                value: string;
                labels: components["schemas"]["Labels"];
                count: number;
            }[];
            all: number;
            items: {
                record: components["schemas"]["Reference"];
                value: components["schemas"]["Value"];
                value_labels: components["schemas"]["Labels"];
                since: components["schemas"]["Date"] | null;
                until: components["schemas"]["Date"] | null;
                reason: string | null;
            }[];
            next_cursor: string | null;
            total: number;
        };
        NearMissPage: {
            items: {
                record: components["schemas"]["Reference"];
                value: components["schemas"]["Value"];
                value_labels: components["schemas"]["Labels"];
                rule: number;
                unmet: number;
                gap: number;
                failed: components["schemas"]["FailedCondition"][];
            }[];
            next_cursor: string | null;
            aim: string;
            aim_labels: components["schemas"]["Labels"];
            total: number;
        };
        Unknowns: {
            all: number;
            unknown: number;
            examined: number;
            shares: {
                kind: string;
                kind_label: components["schemas"]["Labels"];
                field: string | null;
                label: components["schemas"]["Labels"];
                source: string | null;
                source_label: components["schemas"]["Labels"] | null;
                reason: string;
                count: number;
            }[];
        };
        AskForMissing: {
            kind: string;
            field?: string | null;
        };
        Asked: {
            asked: number;
            already: number;
        };
        Forecast: {
            from: components["schemas"]["Date"];
            to: components["schemas"]["Date"];
            days: {
                day: components["schemas"]["Date"];
                count: number;
                by_decision: {
                    decision: string;
                    labels: components["schemas"]["Labels"];
                    count: number;
                }[];
            }[];
            items: {
                day: components["schemas"]["Date"];
                decision: string;
                labels: components["schemas"]["Labels"];
                record: components["schemas"]["Reference"];
                file?: components["schemas"]["Reference"] | null;
                kind: string;
                value: components["schemas"]["Value"];
                value_labels: components["schemas"]["Labels"];
                then: components["schemas"]["Value"];
                then_labels: components["schemas"]["Labels"];
                provisional: boolean;
            }[];
            total: number;
        };
        QueryRequest: {
            kind: string;
            filter?: string | null;
            group_by?: string[];
            measures?: {
                /** @enum {string} */
                what: "count" | "sum" | "min" | "max" | "mean";
                text?: string | null;
            }[];
            columns?: string[];
            sort?: string | null;
            descending?: boolean;
            closed?: boolean;
            limit?: number;
            offset?: number;
            as_of?: string | null;
        };
        QueryAnswer: {
            rows: {
                record: components["schemas"]["Reference"] | null;
                keys: components["schemas"]["Value"][];
                measures: components["schemas"]["Value"][];
                lacking: number[];
                count: number;
                records: components["schemas"]["Id"][];
            }[];
            total: number;
            records: number;
        };
        DecisionTables: {
            decision: components["schemas"]["DecisionInfo"];
            model: string | null;
            aim: string | null;
            tables: {
                decision: string;
                element: string;
                hit_policy: string;
                question: string | null;
                description: string | null;
                inputs: {
                    label: string;
                    expression: string;
                }[];
                outputs: {
                    label: string;
                }[];
                rules: {
                    cells: {
                        element: string;
                        text: string;
                    }[];
                    outputs: {
                        element: string;
                        text: string;
                    }[];
                    note: string | null;
                }[];
            }[];
            parameters: {
                parameter: string;
                value: string;
                basis: string;
                valid_from: components["schemas"]["Date"];
                valid_to: components["schemas"]["Date"] | null;
            }[];
        };
        SimulationRequest: {
            title?: string;
            models?: {
                model: string;
                texts?: {
                    element: string;
                    text: string;
                }[];
                xml?: string;
            }[];
            parameters?: {
                parameter: string;
                value: string;
            }[];
            group_by?: string[];
            sums?: string[];
            aim?: string;
        };
        SimulationResult: {
            decision: string;
            labels: components["schemas"]["Labels"];
            day: components["schemas"]["Date"];
            all: number;
            aim: string | null;
            numeric: boolean;
            before_total: components["schemas"]["Value"];
            after_total: components["schemas"]["Value"];
            group_by: string[];
            sums: string[];
            groups: {
                keys: components["schemas"]["Value"][];
                gained: {
                    records: number;
                    sums: components["schemas"]["Value"][];
                    lacking: number[];
                };
                lost: {
                    records: number;
                    sums: components["schemas"]["Value"][];
                    lacking: number[];
                };
                changed: {
                    records: number;
                    sums: components["schemas"]["Value"][];
                    lacking: number[];
                };
                unchanged: {
                    records: number;
                    sums: components["schemas"]["Value"][];
                    lacking: number[];
                };
            }[];
            counts: {
                gained: number;
                lost: number;
                changed: number;
                unchanged: number;
            };
            moved: {
                record: components["schemas"]["Reference"];
                /** @enum {string} */
                movement: "gained" | "lost" | "changed";
                group: number;
                before: components["schemas"]["Value"];
                before_labels: components["schemas"]["Labels"];
                after: components["schemas"]["Value"];
                after_labels: components["schemas"]["Labels"];
            }[];
            moved_total: number;
        };
        SimulationHead: {
            id: components["schemas"]["Id"];
            decision: string;
            title: string;
            day: components["schemas"]["Date"];
            created_at: components["schemas"]["Instant"];
            author: string;
            facts: string;
        };
        SimulationList: {
            items: components["schemas"]["SimulationHead"][];
        };
        SimulationDraft: components["schemas"]["SimulationHead"] & {
            change: components["schemas"]["SimulationRequest"];
            result: components["schemas"]["SimulationResult"];
        };
        PublicationRequest: {
            valid_from: components["schemas"]["Date"];
            /** @description Name, number and date of the document the rule rests on. */
            basis: string;
        };
        Publication: {
            id: components["schemas"]["Id"];
            draft: components["schemas"]["Id"];
            decision: string;
            labels: components["schemas"]["Labels"];
            title: string;
            valid_from: components["schemas"]["Date"];
            basis: string;
            /** @enum {unknown} */
            state: "waiting" | "published" | "returned" | "withdrawn";
            author: string;
            handed_in_at: components["schemas"]["Instant"];
            settled_by: string | null;
            settled_at: components["schemas"]["Instant"] | null;
            remark: string | null;
            may_settle: boolean;
            may_withdraw: boolean;
        };
        PublicationList: {
            items: components["schemas"]["Publication"][];
            may_hand_in: boolean;
            earliest: components["schemas"]["Date"];
        };
        ReportTemplate: {
            id: components["schemas"]["Id"];
            name: string;
            hash: string;
            figures: number;
            checks: number;
            author: string;
            created_at: components["schemas"]["Instant"];
        };
        ReportTemplateList: {
            items: components["schemas"]["ReportTemplate"][];
        };
        ReportRequest: {
            template: components["schemas"]["Id"];
            day?: string | null;
        };
        Report: {
            id: components["schemas"]["Id"];
            template: components["schemas"]["Id"];
            name: string;
            day: components["schemas"]["Date"];
            signed: boolean;
            number: string | null;
            hash: string;
            maker: string;
            signer: string | null;
            mine: boolean;
            made_at: components["schemas"]["Instant"];
            signed_at: components["schemas"]["Instant"] | null;
            findings: {
                cell: string;
                check: boolean;
                zh: string;
                en: string;
            }[];
        };
        ReportList: {
            items: components["schemas"]["Report"][];
        };
        Explanation: {
            decision: string;
            labels: components["schemas"]["Labels"];
            value: components["schemas"]["Value"];
            since: components["schemas"]["Date"] | null;
            until: components["schemas"]["Date"] | null;
            model: {
                name: string;
                version?: string | null;
                source?: components["schemas"]["Labels"] | null;
                hash?: string;
                decision?: string;
                kind?: string;
            };
            matched_rules: number[];
            /** @description Every condition of every rule of the table. */
            conditions: components["schemas"]["Condition"][];
            facts_used: components["schemas"]["FactUsed"][];
            sentence?: components["schemas"]["Labels"] | null;
            value_labels?: components["schemas"]["Labels"];
            record?: components["schemas"]["Reference"];
            details?: components["schemas"]["Value"];
            tables?: {
                decision: string;
                matched_rules: number[];
                result: components["schemas"]["Value"];
            }[];
            aim?: string | null;
            ways?: components["schemas"]["Way"][];
            fixes?: components["schemas"]["Fix"][];
            fixes_ended?: boolean;
            cliffs?: components["schemas"]["Fix"][];
            missing?: components["schemas"]["MissingFact"][];
            withheld?: boolean;
            suppressed?: {
                code: string;
                zh: string;
                en: string;
            }[];
        };
        /** @enum {string} */
        DutyState: "planned" | "due" | "taken" | "done" | "withdrawn" | "expired";
        Duty: {
            id: components["schemas"]["Id"];
            service: string;
            labels: components["schemas"]["Labels"];
            /** @enum {string} */
            calls_for: "notify" | "offer" | "act";
            state: components["schemas"]["DutyState"];
            subject: components["schemas"]["Reference"];
            due: components["schemas"]["Date"] | null;
            working_days_left: number | null;
            created: components["schemas"]["Date"] | null;
            file?: components["schemas"]["Reference"] | null;
            occurrence?: components["schemas"]["Value"];
            title?: components["schemas"]["Labels"] | null;
            reason?: components["schemas"]["Labels"] | null;
            expires?: components["schemas"]["Date"] | null;
            outcome?: {
                decision: string;
                value: components["schemas"]["Value"];
                rules?: string | null;
                model?: string | null;
            } | null;
            shown?: {
                label: string;
                value: string;
            }[];
            taken_by?: string | null;
            /** @description The duty asks whether two records are one, and the viewer reads both: which may be merged into which. */
            merge?: {
                kind: string;
                record: components["schemas"]["Reference"];
                into: components["schemas"]["Reference"];
            } | null;
            move_reason?: components["schemas"]["Labels"] | null;
            withdrawn_reason?: string | null;
            case?: components["schemas"]["Id"] | null;
            late?: boolean;
            moves?: {
                state: components["schemas"]["DutyState"];
                day: components["schemas"]["Date"];
                at: components["schemas"]["Instant"];
                actor: string;
                reason: components["schemas"]["Labels"] | null;
            }[];
            /** @description What the duty rests on, as it was when it was made. */
            evidence?: unknown;
        };
        DutyPage: {
            items: components["schemas"]["Duty"][];
            /** @description Give it back as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
            /** @description How many there are in all. */
            total: number;
        };
        LedgerLine: {
            reason: string;
            from: components["schemas"]["Date"];
            to: components["schemas"]["Date"] | null;
            extension: number;
            actor?: string | null;
            note?: string | null;
        };
        CaseClock: {
            budget: number;
            used: number;
            left: number;
            suspended: boolean;
            calendar?: string | null;
            ledger: components["schemas"]["LedgerLine"][];
        };
        EarlierStep: {
            step: string;
            element: string;
            index: number;
            labels: components["schemas"]["Labels"];
            done_by?: string | null;
        };
        Migration: {
            from_version: string;
            to_version: string;
            to: string;
            newer: boolean;
            places: {
                before: components["schemas"]["ProcedureElement"];
                after: components["schemas"]["ProcedureElement"] | null;
                /** @description Which of steps may take its place */
                choices: string[];
            }[];
            /** @description Of the new version: what any place may become */
            steps: components["schemas"]["ProcedureElement"][];
            obstacle: components["schemas"]["Labels"] | null;
        };
        ProcedureElement: {
            element: string;
            labels: components["schemas"]["Labels"];
            kind: string;
            /** @description Of a task of people: whose it is, as the model says */
            role?: string | null;
        };
        ProcedureInfo: {
            procedure: string;
            labels: components["schemas"]["Labels"];
            category: string | null;
            version: string;
            form: {
                /** @description JSON Schema; a layout may stand in x-layout. */
                schema: Record<string, never>;
            } | null;
        };
        Worklists: {
            mine: number;
            department: number;
            due_soon: number;
            late: number;
            applicant: number;
            overdue: number;
            directives: number;
            stopped: number;
            soon_until: components["schemas"]["Date"];
        };
        TaskItem: {
            task: components["schemas"]["Task"];
            case: components["schemas"]["Case"];
        };
        RuleFact: {
            path: string;
            record: components["schemas"]["Id"];
            kind: string;
            field: string;
            value: string | null;
            null_reason?: string;
            source?: string;
            effective_from?: components["schemas"]["Date"];
            change?: number;
        };
        /** @description What a rule found: its value, the rules that matched, the facts it used. */
        RuleEvidence: {
            decision?: string;
            model?: string;
            name?: string;
            value?: string;
            details?: string;
            rules?: string;
            facts?: components["schemas"]["RuleFact"][];
        };
        ExceptionItem: {
            task: components["schemas"]["Task"];
            case: components["schemas"]["Case"];
            decision: components["schemas"]["Labels"];
            day: components["schemas"]["Date"];
            evidence: components["schemas"]["RuleEvidence"];
        };
        ExceptionPage: {
            items: components["schemas"]["ExceptionItem"][];
            next_cursor: string | null;
        };
        Colleague: {
            id: components["schemas"]["Id"];
            name: string;
            posts: string[];
        };
        Task: {
            /** @enum {string} */
            purpose?: "step" | "countersign" | "correction";
            parent?: components["schemas"]["Id"] | null;
            asked?: string | null;
            asked_by?: string | null;
            applicant?: boolean;
            department?: string | null;
            due_provisional?: boolean;
            id: components["schemas"]["Id"];
            name: string;
            labels: components["schemas"]["Labels"];
            element: string;
            /** @enum {string} */
            state: "open" | "claimed" | "done" | "cancelled";
            assignee?: string | null;
            role?: string | null;
            due?: components["schemas"]["Date"] | null;
            case?: components["schemas"]["Id"];
            opened?: components["schemas"]["Date"];
            given?: components["schemas"]["Value"];
            /** @description How people read the names of given */
            given_labels?: {
                [key: string]: components["schemas"]["Labels"];
            };
            form?: {
                /** @description JSON Schema; a layout may stand in x-layout. */
                schema: Record<string, never>;
            } | null;
            values?: components["schemas"]["Value"];
            can_claim?: boolean;
            can_complete?: boolean;
            comment?: string | null;
            completed_at?: components["schemas"]["Instant"] | null;
        };
        TimelineEntry: {
            /** @description A day or a moment. */
            at: string;
            type: string;
            zh: string;
            en: string;
            actor?: string | null;
            source?: string | null;
            href?: string | null;
            future?: boolean;
            day?: components["schemas"]["Date"];
            element?: string | null;
            reason?: string | null;
            paper?: components["schemas"]["Id"] | null;
            evidence?: unknown;
            position?: number;
            record?: components["schemas"]["Id"];
            kind?: string;
            decision?: string;
        };
        Case: {
            /** @description In lists, for those who handle cases: what the procedure says of it in one line */
            summary?: string | null;
            category?: string | null;
            pause?: string | null;
            waits_for_applicant?: boolean;
            parent?: components["schemas"]["Id"] | null;
            id: components["schemas"]["Id"];
            number: string;
            procedure: string;
            labels: components["schemas"]["Labels"];
            subject: components["schemas"]["Reference"];
            /** @enum {string} */
            state: "running" | "waiting" | "stopped" | "completed" | "cancelled";
            opened: components["schemas"]["Date"];
            file?: components["schemas"]["Reference"] | null;
            outcome?: components["schemas"]["Labels"] | null;
            closed?: components["schemas"]["Date"] | null;
            due?: components["schemas"]["Date"] | null;
            working_days_left?: number | null;
            opened_at?: components["schemas"]["Instant"];
            due_provisional?: boolean;
            version?: number;
            step?: components["schemas"]["Labels"] | null;
            duty?: components["schemas"]["Id"] | null;
            service?: string | null;
        };
        CasePage: {
            items: components["schemas"]["Case"][];
            /** @description Give it back as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
            /** @description How many there are in all. */
            total: number;
        };
        Token: {
            element: string;
            due?: components["schemas"]["Date"] | null;
        };
        CaseDetail: components["schemas"]["Case"] & {
            clock: components["schemas"]["CaseClock"];
            /** @description Own tasks that may still be taken back. */
            may_take_back: components["schemas"]["Id"][];
            may_withdraw: boolean;
            tokens: components["schemas"]["Token"][];
            /** @description Element ids in the order they were passed. */
            visited: string[];
            tasks: components["schemas"]["Task"][];
            timeline: components["schemas"]["TimelineEntry"][];
            /** @description Files people attached. */
            materials: components["schemas"]["CaseMaterial"][];
            /** @description Where the notices went beside the inbox. */
            deliveries: components["schemas"]["CaseDelivery"][];
            papers: components["schemas"]["Paper"][];
            bpmn_xml: string | null;
            variables?: components["schemas"]["Value"];
            /** @description What the case found rests on data the viewer may not read: only how it went is told. */
            withheld: boolean;
            notices?: components["schemas"]["InboxItem"][];
        };
        TaskComplete: {
            values?: {
                [key: string]: components["schemas"]["Value"];
            };
            comment?: string;
        };
        Paper: {
            id: components["schemas"]["Id"];
            number: string;
            labels: components["schemas"]["Labels"];
            issued: components["schemas"]["Date"];
            sample: boolean;
            status: string;
            /** @description Where the PDF is. */
            href: string;
            title?: string;
            template?: string;
            issuer?: string | null;
            holder?: string | null;
            holder_file?: components["schemas"]["Reference"] | null;
            valid_from?: components["schemas"]["Date"] | null;
            valid_to?: components["schemas"]["Date"] | null;
            status_labels?: components["schemas"]["Labels"];
            bytes?: number;
            case?: components["schemas"]["Id"] | null;
            hash?: string | null;
            statement?: components["schemas"]["Labels"] | null;
        };
        PaperTemplateList: {
            items: components["schemas"]["PaperTemplate"][];
        };
        PaperTemplate: {
            id: string;
            labels: components["schemas"]["Labels"];
            series: string;
            word: string | null;
            place: string;
        };
        CaseMaterial: {
            number: number;
            task: components["schemas"]["Id"] | null;
            name: string;
            size: number;
            format: string;
            actor: string | null;
            day: components["schemas"]["Date"];
        };
        CaseDelivery: {
            notice: components["schemas"]["Id"];
            channel: string;
            /** @enum {string} */
            state: "waiting" | "delivered" | "failed" | "held";
            attempts: number;
            /** Format: date-time */
            at: string;
            error: string | null;
        };
        PublicPaper: {
            number: string;
            labels: components["schemas"]["Labels"];
            status: string;
            sample: boolean;
            issuer?: string | null;
            holder?: string | null;
            issued?: components["schemas"]["Date"];
            valid_from?: components["schemas"]["Date"] | null;
            valid_to?: components["schemas"]["Date"] | null;
            statement?: components["schemas"]["Labels"];
            status_labels?: components["schemas"]["Labels"];
            hash?: string | null;
            checked_on?: components["schemas"]["Date"];
            synthetic?: boolean;
        };
        Issuer: {
            id: components["schemas"]["Id"];
            name: string;
            registration: string;
            subject: string;
            fingerprint: string;
            /** @enum {unknown} */
            state: "proposed" | "installed" | "withdrawn";
            proposed_by: string | null;
            proposed_at: components["schemas"]["Instant"];
            settled_by: string | null;
            settled_at: string | null;
        };
        IssuerPage: {
            /** @enum {unknown} */
            standing: "live" | "demo" | "rehearsal" | "copy";
            sample: boolean;
            fingerprint: string;
            items: components["schemas"]["Issuer"][];
        };
        IssuerProposal: {
            name: string;
            registration: string;
            certificate: string;
            key: string;
        };
        Subscription: {
            id: components["schemas"]["Id"];
            channel: string;
            address: string;
            to: string;
            english: boolean;
            digest: boolean;
            quiet_from: string | null;
            quiet_to: string | null;
            secret: string | null;
        };
        SubscriptionPage: {
            channels: string[];
            items: components["schemas"]["Subscription"][];
        };
        SubscriptionWrite: {
            channel: string;
            address: string;
            to?: string;
            english?: boolean;
            digest?: boolean;
            quiet_from?: string;
            quiet_to?: string;
        };
        Feed: {
            href: string;
        };
        DeliveryPage: {
            items: {
                channel: string;
                /** @enum {unknown} */
                state: "waiting" | "delivered" | "failed" | "held";
                attempts: number;
                at: components["schemas"]["Instant"];
                error: string | null;
            }[];
        };
        PaperPage: {
            items: components["schemas"]["Paper"][];
            /** @description Give it back as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
            /** @description How many there are in all. */
            total: number;
        };
        FilePage: {
            record: components["schemas"]["RecordItem"];
            synthetic: boolean;
            facts: components["schemas"]["Fact"][];
            /** @description By kind; the newest first, at most 200 of each. Their facts are those whose sources say different things. */
            children: {
                [key: string]: components["schemas"]["RecordItem"][];
            };
            child_totals: {
                [key: string]: number;
            };
            outcomes: components["schemas"]["Outcome"][];
            duties: components["schemas"]["Duty"][];
            cases: components["schemas"]["Case"][];
            papers: components["schemas"]["Paper"][];
            timeline: components["schemas"]["TimelineEntry"][];
            as_of?: components["schemas"]["Date"];
            /** @description The journal position it was known at; null for everything recorded. */
            known_at?: number | null;
            /** @description The outcomes of that moment are in the making: the part done. */
            building?: number | null;
            findings?: components["schemas"]["Finding"][];
        };
        InboxItem: {
            id: components["schemas"]["Id"];
            title: components["schemas"]["Labels"];
            body: components["schemas"]["Labels"];
            at: components["schemas"]["Instant"];
            read: boolean;
            day?: components["schemas"]["Date"];
            type?: string;
            href?: string | null;
            paper?: {
                id: components["schemas"]["Id"];
            } | null;
            case?: components["schemas"]["Id"] | null;
            duty?: components["schemas"]["Id"] | null;
            file?: components["schemas"]["Reference"] | null;
        };
        InboxPage: {
            items: components["schemas"]["InboxItem"][];
            /** @description Give it back as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
            /** @description How many there are in all. */
            total: number;
        } & {
            unread: number;
        };
        Authorisation: {
            id: components["schemas"]["Id"];
            given_on: components["schemas"]["Date"] | null;
            in_force: boolean;
            title?: string;
            enterprise?: components["schemas"]["Reference"] | null;
            /** @description Codes of what it speaks for. */
            covers?: string[];
            given_by?: string | null;
            until?: components["schemas"]["Date"] | null;
            revoked_on?: components["schemas"]["Date"] | null;
            values?: {
                [key: string]: components["schemas"]["Value"];
            };
        };
        AuthorisationPage: {
            items: components["schemas"]["Authorisation"][];
            /** @description Give it back as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
            /** @description How many there are in all. */
            total: number;
        };
        AuthorisationWrite: {
            /** @description A record whose type is to be covered. */
            licence?: string;
            /** @description The file; the account's own when left out. */
            enterprise?: string;
            covers?: string[];
            until?: components["schemas"]["Date"];
            scan?: components["schemas"]["Attachment"];
        };
        ImportMapping: {
            header: string;
            field: string | null;
            confidence: number;
            column?: number;
            unit?: string | null;
            unit_known?: boolean;
            labels?: components["schemas"]["Labels"] | null;
        };
        ImportProblem: {
            zh: string;
            en: string;
            row?: number | null;
            column?: number;
            field?: string | null;
            header?: string | null;
            value?: string | null;
            code?: string;
            /** @description The import cannot run before it is solved. */
            stops?: boolean;
        };
        ImportDraft: {
            id: components["schemas"]["Id"];
            kind: string;
            sheets: {
                name: string;
                rows?: number | null;
            }[];
            sheet: string;
            headers: string[];
            mapping: components["schemas"]["ImportMapping"][];
            /** @description First rows, by header. */
            sample: (string | null)[][];
            problems: components["schemas"]["ImportProblem"][];
            source: string | null;
            effective_from: components["schemas"]["Date"] | null;
            file_name: string;
            header_row?: number;
        };
        ImportApply: {
            sheet?: string;
            /** @description Laid over the proposed one, by header; a field of null leaves the column out; "effective_from" names the column that holds the day. */
            mapping?: {
                header: string;
                field: string | null;
                column?: number;
                unit?: string | null;
            }[];
            effective_from?: components["schemas"]["Date"];
            source?: string;
        };
        ImportState: {
            id: components["schemas"]["Id"];
            kind: string;
            /** @enum {string} */
            state: "received" | "queued" | "running" | "done" | "failed";
            rows_done: number;
            rows_total: number;
            accepted: number;
            unchanged: number;
            rejected: number;
            /** @description The first 1,000; all of them are in the rejects file. */
            errors: components["schemas"]["ImportProblem"][];
            file_name?: string;
            problem?: components["schemas"]["Problem"] | null;
            created?: number;
            updated?: number;
            findings?: number;
            part?: number;
            batch?: components["schemas"]["Id"] | null;
            duration_ms?: number;
            position?: number;
        };
        ImportPage: {
            items: components["schemas"]["ImportState"][];
            /** @description Give it back as `cursor` for the next page; null on the last. */
            next_cursor: string | null;
            /** @description How many there are in all. */
            total: number;
        };
        SearchHit: {
            id: components["schemas"]["Id"];
            title: string;
            subtitle?: string | null;
            href?: string;
            file?: components["schemas"]["Id"] | null;
            matched_by?: string;
            /** @description What matched: name, former name, code tail, pinyin. */
            matched?: string | null;
        };
        SearchResult: {
            groups: {
                kind: string;
                label: components["schemas"]["Labels"];
                items: components["schemas"]["SearchHit"][];
                total?: number;
            }[];
            took_ms: number;
        };
        Route: {
            method: string;
            path: string;
            /**
             * @description What the account must be able to do before the route is entered; what it then sees, the register decides.
             * @enum {string}
             */
            ability: "open" | "signed_in" | "write" | "advance_clock" | "events";
        };
        RouteList: {
            items: components["schemas"]["Route"][];
        };
    };
    responses: {
        /** @description Refused; zh and en say what to do. */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
        Write: "1";
        /** @description A repeated write with the same key is answered, not done again. */
        IdempotencyKey: string;
        /** @description The version seen, quoted; a stale one is answered 409 with the record as it is. */
        IfMatch: string;
        /** @description Valid day: what holds on that day. The zone's day when left out. */
        AsOf: components["schemas"]["Date"];
        /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
        KnownAt: components["schemas"]["Instant"];
        /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
        MinPosition: number;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    session: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    demoRoles: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DemoRole"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    demoStories: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DemoStory"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    clock: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    advanceClock: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClockMove"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Clock"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    calendar: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkingDays"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    publishCalendar: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of the offer that was looked at; 409 when the files hold another by now */
                    version: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recounted"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    catalogue: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Catalogue"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    overview: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    writeRecords: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    writes: components["schemas"]["BatchWrite"][];
                };
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchWritten"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    records: {
        parameters: {
            query?: {
                /** @description Decisions whose outcomes the items carry, comma separated, or all */
                outcomes?: string;
                /** @description Closed records too */
                closed?: boolean;
                /** @description FEEL over the fields' FEEL names: employees >= 20 and size = "small" */
                filter?: string;
                /** @description field or outcome.<decision>, with - in front for descending */
                sort?: string;
                /** @description Words in title and keys; pinyin and initials too */
                q?: string;
                /** @description Valid day: what holds on that day. The zone's day when left out. */
                as_of?: components["parameters"]["AsOf"];
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                /** @description Only records of this file */
                file?: components["schemas"]["Id"];
                /** @description outcome.<decision>=value; repeatable */
                outcome?: {
                    [key: string]: string;
                };
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createRecord: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordWrite"];
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    recordsXlsx: {
        parameters: {
            query?: {
                /** @description Decisions whose outcomes the items carry, comma separated, or all */
                outcomes?: string;
                /** @description Closed records too */
                closed?: boolean;
                /** @description FEEL over the fields' FEEL names: employees >= 20 and size = "small" */
                filter?: string;
                /** @description field or outcome.<decision>, with - in front for descending */
                sort?: string;
                /** @description Words in title and keys; pinyin and initials too */
                q?: string;
                /** @description Valid day: what holds on that day. The zone's day when left out. */
                as_of?: components["parameters"]["AsOf"];
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                /** @description Only records of this file */
                file?: components["schemas"]["Id"];
                /** @description outcome.<decision>=value; repeatable */
                outcome?: {
                    [key: string]: string;
                };
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    recordsCsv: {
        parameters: {
            query?: {
                /** @description Decisions whose outcomes the items carry, comma separated, or all */
                outcomes?: string;
                /** @description Closed records too */
                closed?: boolean;
                /** @description FEEL over the fields' FEEL names: employees >= 20 and size = "small" */
                filter?: string;
                /** @description field or outcome.<decision>, with - in front for descending */
                sort?: string;
                /** @description Words in title and keys; pinyin and initials too */
                q?: string;
                /** @description Valid day: what holds on that day. The zone's day when left out. */
                as_of?: components["parameters"]["AsOf"];
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                /** @description Only records of this file */
                file?: components["schemas"]["Id"];
                /** @description outcome.<decision>=value; repeatable */
                outcome?: {
                    [key: string]: string;
                };
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description UTF-8 with BOM */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    exportCsvGzip: {
        parameters: {
            query?: {
                /** @description Decisions whose outcomes the items carry, comma separated, or all */
                outcomes?: string;
                /** @description Closed records too */
                closed?: boolean;
                /** @description FEEL over the fields' FEEL names: employees >= 20 and size = "small" */
                filter?: string;
                /** @description field or outcome.<decision>, with - in front for descending */
                sort?: string;
                /** @description Words in title and keys; pinyin and initials too */
                q?: string;
                as_of?: components["schemas"]["Date"];
                known_at?: components["schemas"]["Instant"];
                /** @description Only records of this file */
                file?: components["schemas"]["Id"];
                /** @description outcome.<decision>=value; repeatable */
                outcome?: {
                    [key: string]: string;
                };
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description CSV, gzipped */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    exportJsonLines: {
        parameters: {
            query?: {
                /** @description Decisions whose outcomes the items carry, comma separated, or all */
                outcomes?: string;
                /** @description Closed records too */
                closed?: boolean;
                /** @description FEEL over the fields' FEEL names: employees >= 20 and size = "small" */
                filter?: string;
                /** @description field or outcome.<decision>, with - in front for descending */
                sort?: string;
                /** @description Words in title and keys; pinyin and initials too */
                q?: string;
                as_of?: components["schemas"]["Date"];
                known_at?: components["schemas"]["Instant"];
                /** @description Only records of this file */
                file?: components["schemas"]["Id"];
                /** @description outcome.<decision>=value; repeatable */
                outcome?: {
                    [key: string]: string;
                };
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One JSON object a line, keyed by field names */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    exportJsonLinesGzip: {
        parameters: {
            query?: {
                /** @description Decisions whose outcomes the items carry, comma separated, or all */
                outcomes?: string;
                /** @description Closed records too */
                closed?: boolean;
                /** @description FEEL over the fields' FEEL names: employees >= 20 and size = "small" */
                filter?: string;
                /** @description field or outcome.<decision>, with - in front for descending */
                sort?: string;
                /** @description Words in title and keys; pinyin and initials too */
                q?: string;
                as_of?: components["schemas"]["Date"];
                known_at?: components["schemas"]["Instant"];
                /** @description Only records of this file */
                file?: components["schemas"]["Id"];
                /** @description outcome.<decision>=value; repeatable */
                outcome?: {
                    [key: string]: string;
                };
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON Lines, gzipped */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/gzip": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    recordTemplate: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    record: {
        parameters: {
            query?: {
                /** @description Valid day: what holds on that day. The zone's day when left out. */
                as_of?: components["parameters"]["AsOf"];
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordItem"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    changeRecord: {
        parameters: {
            query?: never;
            header: {
                /** @description The version seen, quoted; a stale one is answered 409 with the record as it is. */
                "If-Match"?: components["parameters"]["IfMatch"];
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecordWrite"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    revealField: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    field: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        field: string;
                        value: components["schemas"]["Value"];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    recordHistory: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Valid day: what holds on that day. The zone's day when left out. */
                as_of?: components["parameters"]["AsOf"];
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    recordOutcomes: {
        parameters: {
            query?: {
                /** @description Valid day: what holds on that day. The zone's day when left out. */
                as_of?: components["parameters"]["AsOf"];
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Outcome"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    explanation: {
        parameters: {
            query?: {
                aim?: string;
                fixes?: "true" | "false";
                /** @description Valid day: what holds on that day. The zone's day when left out. */
                as_of?: components["parameters"]["AsOf"];
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                decision: string;
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    closeRecord: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Operation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    reopenRecord: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Operation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    voidRecord: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VoidOperation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    unmergeRecord: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Operation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    eraseRecord: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseOperation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    previewMerge: {
        parameters: {
            query: {
                into: components["schemas"]["Id"];
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MergePreview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    mergeRecord: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeOperation"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Written"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    similarRecords: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimilarRecords"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    fileChanges: {
        parameters: {
            query?: {
                /** @description Recorded on this day or later. */
                from?: components["schemas"]["Date"];
                /** @description Recorded on this day or earlier. */
                to?: components["schemas"]["Date"];
                kind?: string;
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    batch: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    voidBatch: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reason"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    replayDuty: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    evidence: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Evidence"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    verification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One runs already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            /** @description Begun */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Verification"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    backups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupSeries"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    back_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One is being made or verified already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupSeries"];
                };
            };
            /** @description Begun */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupSeries"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    verify_backup: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One is being made or verified already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupSeries"];
                };
            };
            /** @description Begun */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BackupSeries"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    file: {
        parameters: {
            query?: {
                /** @description Valid day: what holds on that day. The zone's day when left out. */
                as_of?: components["parameters"]["AsOf"];
                /** @description Only what was recorded by that moment. Decisions and lists as of a moment run on a population built for it; until it is there the answer is 202 with `building`, the part done. */
                known_at?: components["parameters"]["KnownAt"];
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilePage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    decisions: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DecisionInfo"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    decisionOutcomes: {
        parameters: {
            query?: {
                /** @description Code of an outcome, or unknown; all when left out. */
                value?: string;
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionOutcomes"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    decisionOutcomesWorkbook: {
        parameters: {
            query?: {
                value?: string;
                language?: "zh" | "en";
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    nearMisses: {
        parameters: {
            query?: {
                /** @description At most so many conditions failed. */
                conditions?: number;
                /** @description Outcome wished for; the decision's own when left out. */
                aim?: string;
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NearMissPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    nearMissesWorkbook: {
        parameters: {
            query?: {
                /** @description At most so many conditions failed. */
                conditions?: number;
                /** @description Outcome wished for; the decision's own when left out. */
                aim?: string;
                language?: "zh" | "en";
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    unknowns: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unknowns"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    askForMissing: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AskForMissing"];
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asked"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    unknownsWorkbook: {
        parameters: {
            query: {
                kind: string;
                field?: string;
                language?: "zh" | "en";
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    forecast: {
        parameters: {
            query?: {
                days?: number;
                decision?: string;
                /** @description Items of this day only. */
                on?: components["schemas"]["Date"];
                limit?: number;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Forecast"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    query: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryAnswer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    queryWorkbook: {
        parameters: {
            query?: {
                language?: "zh" | "en";
            };
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryRequest"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    decisionTables: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionTables"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    simulate: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                decision: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SimulationRequest"];
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimulationDraft"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    simulations: {
        parameters: {
            query?: {
                decision?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimulationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    simulation: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SimulationDraft"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    simulationModel: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/xml": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    handInSimulation: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PublicationRequest"];
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    publications: {
        parameters: {
            query?: {
                decision?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicationList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    publishRule: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    returnRule: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    remark: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    withdrawRule: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    reportTemplates: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportTemplateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    addReportTemplate: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportTemplate"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    reportTemplateFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    reports: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    fillReport: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportRequest"];
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    signReport: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    reportFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    duties: {
        parameters: {
            query?: {
                /** @description one or several, comma separated; open = planned,due,taken */
                state?: string;
                service?: string;
                /** @description The Monday of the week its day falls in */
                week?: components["schemas"]["Date"];
                due_from?: components["schemas"]["Date"];
                due_to?: components["schemas"]["Date"];
                /** @description -created for the newest first; else by due day */
                sort?: string;
                /** @description A record or a file */
                subject?: components["schemas"]["Id"];
                mine?: boolean;
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DutyPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    duty: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Duty"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    takeDuty: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Duty"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    withdrawDuty: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Duty"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    releaseDuty: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Duty"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    acceptDuty: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    values?: {
                        [key: string]: components["schemas"]["Value"];
                    };
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Duty"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    finishDuty: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    comment?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Duty"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    services: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ServiceInfo"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    service: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceInfo"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    cases: {
        parameters: {
            query?: {
                parent?: components["schemas"]["Id"];
                late?: boolean;
                waits_for_applicant?: boolean;
                category?: string;
                state?: string;
                procedure?: string;
                service?: string;
                subject?: components["schemas"]["Id"];
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CasePage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    openCase: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    procedure: string;
                    subject?: components["schemas"]["Id"];
                    about?: {
                        title: string;
                        href?: string;
                    };
                    values?: components["schemas"]["Value"];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    case: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    claimTask: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                task: components["schemas"]["Id"];
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    completeTask: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                task: components["schemas"]["Id"];
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskComplete"];
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    releaseTask: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                task: components["schemas"]["Id"];
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    commentCase: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    text: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    attachToCase: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    hash: string;
                    name: string;
                    task?: components["schemas"]["Id"];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    caseMaterial: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    cancelCase: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resumeCase: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    tasks: {
        parameters: {
            query?: {
                view?: "mine" | "department" | "due_soon" | "late";
                mine?: boolean;
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            task: components["schemas"]["Task"];
                            case: components["schemas"]["Case"];
                        }[];
                        next_cursor: string | null;
                        total: number;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    earlierSteps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                task: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["EarlierStep"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    returnTask: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                task: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    step: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    takeBackTask: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                task: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    askOthers: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                task: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    purpose: "countersign" | "correction";
                    role?: string;
                    account?: components["schemas"]["Id"];
                    text: string;
                    working_days?: number;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    assignTask: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
                task: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    account: components["schemas"]["Id"];
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    withdrawCase: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    pauseClock: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                    note?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    resumeClock: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    extendDeadline: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    working_days: number;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    content?: components["schemas"]["Value"];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    migrationPreview: {
        parameters: {
            query?: {
                /** @description Which step of the new version stands for which of the old: old:new, with commas between several. */
                renamed?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Migration"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    migrateCase: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    to: string;
                    renamed?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CaseDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    procedures: {
        parameters: {
            query?: {
                subject?: components["schemas"]["Id"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProcedureInfo"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    worklists: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worklists"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    exceptions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExceptionPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    completeTasks: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    tasks: components["schemas"]["Id"][];
                    values?: components["schemas"]["Value"];
                    comment: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            task: components["schemas"]["Id"];
                            done: boolean;
                            /** @description As it stands after the step; null where the viewer knows of no such task. */
                            case: {
                                id: components["schemas"]["Id"];
                                number: string;
                                title: string;
                                /** @enum {string} */
                                state: "running" | "waiting" | "stopped" | "completed" | "cancelled";
                                file: components["schemas"]["Reference"] | null;
                                outcome: components["schemas"]["Labels"] | null;
                            } | null;
                            problem: components["schemas"]["Labels"] | null;
                        }[];
                        done: number;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    colleagues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Colleague"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    inbox: {
        parameters: {
            query?: {
                unread?: boolean;
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    readMessage: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InboxItem"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    subscriptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubscriptionPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    subscribe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SubscriptionWrite"];
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    unsubscribe: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    openFeed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Feed"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    closeFeed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    feed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                secret: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/calendar": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    callList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DutyPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    papers: {
        parameters: {
            query?: {
                file?: components["schemas"]["Id"];
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaperPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    paper: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Paper"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    paperPdf: {
        parameters: {
            query?: {
                download?: boolean;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description PDF */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    paperDocx: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    paperVersions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaperPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    caseFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    paperTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaperTemplateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    previewPaperTemplate: {
        parameters: {
            query: {
                record: components["schemas"]["Id"];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    issuers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuerPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    proposeIssuer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["IssuerProposal"];
            };
        };
        responses: {
            /** @description OK */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    confirmIssuer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    withdrawIssuer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Issuer"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    publicPaper: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicPaper"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authorisations: {
        parameters: {
            query?: {
                enterprise?: components["schemas"]["Id"];
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthorisationPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    authorise: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthorisationWrite"];
            };
        };
        responses: {
            /** @description Given */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authorisation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    revokeAuthorisation: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authorisation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    uploadAttachment: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    /** @description With field: whose limits of size and format hold. Without: 20 MB, PDF, pictures and office files. */
                    kind?: string;
                    field?: string;
                    file: string;
                };
            };
        };
        responses: {
            /** @description Stored */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Attachment"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    attachment: {
        parameters: {
            query?: {
                /** @description Which one; without it the one in force, of a list the first. */
                hash?: string;
                as_of?: components["schemas"]["Date"];
                known_at?: components["schemas"]["Instant"];
                reason?: string;
                download?: boolean;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                kind: string;
                id: components["schemas"]["Id"];
                field: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    imports: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    uploadImport: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    kind: string;
                    source?: string;
                    effective_from?: components["schemas"]["Date"];
                    file: string;
                };
            };
        };
        responses: {
            /** @description Received */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportDraft"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    import: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    importDraft: {
        parameters: {
            query?: {
                sheet?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportDraft"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    applyImport: {
        parameters: {
            query?: {
                missing_references?: "reject" | "create";
            };
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
                /** @description A repeated write with the same key is answered, not done again. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImportApply"];
            };
        };
        responses: {
            /** @description Started */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    importRejectsXlsx: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    importRejectsCsv: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description CSV */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    sources: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DataSource"][];
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    source: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataSourceDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deliver: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    period: components["schemas"]["Date"];
                    file: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: components["schemas"]["Id"];
                        state: string;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    delivery: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                delivery: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        delivery: components["schemas"]["Delivery"];
                        differences: components["schemas"]["Difference"][];
                        total: number;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    differencesXlsx: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                delivery: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deskXlsx: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["Id"];
                delivery: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    mend: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
            };
            path: {
                id: components["schemas"]["Id"];
                delivery: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": {
                    file: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MendReport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deskRows: {
        parameters: {
            query?: {
                source?: components["schemas"]["Id"];
                delivery?: components["schemas"]["Id"];
                limit?: number;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeskRow"][];
                        total: number;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deliverSigned: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Code of the data source */
                    source: string;
                    period: components["schemas"]["Date"];
                    /** @description When it was signed, milliseconds since 1970 */
                    issued: number;
                    /** @description CSV */
                    file: string;
                    /** @description Ed25519 over source, period, issued and the file's SHA-256, 128 hexadecimal digits (docs/sources.md) */
                    signature: string;
                };
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        source: string;
                        /** @enum {string} */
                        state: "queued" | "stored";
                        delivery: {
                            id: components["schemas"]["Id"];
                            number: string;
                            rows: number;
                            to_desk: number;
                        } | null;
                    };
                };
            };
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        source: string;
                        /** @enum {string} */
                        state: "queued" | "stored";
                        delivery: {
                            id: components["schemas"]["Id"];
                            number: string;
                            rows: number;
                            to_desk: number;
                        } | null;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    dismissDeskRow: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
            };
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    fileLooks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path: {
                id: components["schemas"]["Id"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LookPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    looks: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LookPage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    looksXlsx: {
        parameters: {
            query?: {
                language?: "zh" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    permissions: {
        parameters: {
            query?: {
                as_of?: components["schemas"]["Date"];
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PermissionMatrix"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    permissionsXlsx: {
        parameters: {
            query?: {
                as_of?: components["schemas"]["Date"];
                language?: "zh" | "en";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workbook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    handOver: {
        parameters: {
            query?: never;
            header: {
                /** @description Proof that the request comes from a page or a program of ours and not from a foreign form. */
                "X-Yuanqu": components["parameters"]["Write"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    from: string;
                    to: string;
                    number: string;
                    department: components["schemas"]["Id"];
                };
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        record: components["schemas"]["Id"];
                        posts: number;
                        tasks: number;
                        duties: number;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    search: {
        parameters: {
            query: {
                q: string;
                limit?: number;
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: {
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    routes: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RouteList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    openapi: {
        parameters: {
            query?: {
                /** @description Answer only when this journal position is reflected (X-Yuanqu-Position of an earlier reply). */
                min_position?: components["parameters"]["MinPosition"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
}
