// Allure gets every scenario with its steps, evidence, rows and checks; without Java the run still ends well.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { generateAllureReport, writeAllureResults } from '../../reports/allure.ts'
import { Exhibits } from '../../reports/evidence.ts'
import { reportOf } from '../../reports/model.ts'
import { begin, ended, glossary, report, steps, temporaryFolder, verdict } from './literal.ts'
import { synthetic, writeSynthetic } from './synthetic.ts'

test('a result', () => {
  const path = temporaryFolder()
  writeAllureResults(report([...begin, ...steps('fail', 'no <b>answer</b>'), ended, verdict('one-active-at-a-time', 'unknown', 'no flight record')], 'fail'), path, new Exhibits(path))
  const names = readdirSync(join(path, 'allure-results')).sort()
  const [result = '', ...others] = names.toSorted((a, b) => Number(b.endsWith('-result.json')) - Number(a.endsWith('-result.json')))
  expect(others).toEqual(['categories.json', 'environment.properties'])
  expect(JSON.parse(readFileSync(join(path, 'allure-results', result), 'utf8'))).toMatchInlineSnapshot(`
    {
      "attachments": [],
      "description": "- Rows proven: none",
      "fullName": "ssm/power-loss",
      "historyId": "582d71a6-2a41-4922-6d1e-c2a9d6c20eca",
      "labels": [
        {
          "name": "epic",
          "value": "ssm",
        },
        {
          "name": "feature",
          "value": "power loss hands over",
        },
        {
          "name": "story",
          "value": "SSM-55",
        },
        {
          "name": "story",
          "value": "SSM-12",
        },
        {
          "name": "tag",
          "value": "SSM-55",
        },
        {
          "name": "tag",
          "value": "SSM-12",
        },
        {
          "name": "parentSuite",
          "value": "ssm",
        },
        {
          "name": "suite",
          "value": "ssm/power-loss",
        },
        {
          "name": "host",
          "value": "lab",
        },
        {
          "name": "framework",
          "value": "haywire",
        },
        {
          "name": "severity",
          "value": "critical",
        },
      ],
      "links": [],
      "name": "power loss hands over",
      "parameters": [
        {
          "name": "target",
          "value": "lab",
        },
        {
          "excluded": true,
          "name": "seed",
          "value": "7",
        },
        {
          "excluded": true,
          "name": "outageMs",
          "value": "30000",
        },
      ],
      "stage": "finished",
      "start": 1795184708001,
      "status": "failed",
      "statusDetails": {},
      "steps": [
        {
          "attachments": [],
          "name": "fault",
          "parameters": [],
          "stage": "finished",
          "start": 1795184708002,
          "status": "passed",
          "statusDetails": {},
          "steps": [
            {
              "attachments": [],
              "name": "power off a",
              "parameters": [],
              "stage": "finished",
              "start": 1795184708002,
              "status": "passed",
              "statusDetails": {},
              "steps": [],
              "stop": 1795184708003,
            },
          ],
          "stop": 1795184708003,
        },
        {
          "attachments": [],
          "name": "observe",
          "parameters": [],
          "stage": "finished",
          "start": 1795184708004,
          "status": "failed",
          "statusDetails": {},
          "steps": [
            {
              "attachments": [],
              "name": "b serves",
              "parameters": [
                {
                  "name": "expected",
                  "value": "b serves",
                },
                {
                  "name": "observed",
                  "value": "no <b>answer</b>",
                },
                {
                  "name": "check",
                  "value": "gui-as-documented",
                },
                {
                  "name": "rows",
                  "value": "SSM-55",
                },
              ],
              "stage": "finished",
              "start": 1795184708004,
              "status": "failed",
              "statusDetails": {
                "message": "no <b>answer</b>",
              },
              "steps": [],
              "stop": 1795184709504,
            },
          ],
          "stop": 1795184709504,
        },
        {
          "attachments": [],
          "name": "judge",
          "parameters": [],
          "stage": "finished",
          "start": 1795184717000,
          "status": "broken",
          "statusDetails": {},
          "steps": [
            {
              "attachments": [],
              "name": "one-active-at-a-time",
              "parameters": [
                {
                  "name": "promise",
                  "value": "At most one server is active.",
                },
                {
                  "name": "why",
                  "value": "no flight record",
                },
              ],
              "stage": "finished",
              "start": 1795184717000,
              "status": "broken",
              "statusDetails": {
                "message": "no flight record",
              },
              "steps": [],
              "stop": 1795184717000,
            },
          ],
          "stop": 1795184717000,
        },
      ],
      "stop": 1795184717000,
      "testCaseId": "e1c3cba2-3885-b68e-f7e3-f5eae4968736",
      "uuid": "cf3d6d2d-9942-a9cf-7824-4b66d1ecd50d",
    }
  `)
})

test('made again, the results are the same files: nothing is counted twice', () => {
  const path = temporaryFolder()
  const made = synthetic('fail', { hostile: true })
  writeSynthetic(path, made)
  const write = (): string[] => {
    writeAllureResults(reportOf(made.events, made.run, glossary), path, new Exhibits(path))
    return readdirSync(join(path, 'allure-results')).sort()
  }
  expect(write()).toEqual(write())
})

test('without Java there is a clear message, and nothing fails', async () => {
  vi.stubEnv('JAVA_HOME', '/nowhere')
  expect(await generateAllureReport(temporaryFolder())).toEqual({ generated: false, message: 'no Allure report: it needs Java 8 or newer, and /nowhere/bin/java does not run here. The results are in allure-results/; haywire report makes the report once Java is there.' })
  vi.unstubAllEnvs()
})
