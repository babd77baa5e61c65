// Images are built once per content: the tag is the content's digest, so a second run builds nothing.
import { labels, type Engine } from './engine.ts'

export interface ImagePlan {
  tag: string
  /** moves to the content that was asked for last */
  latest: string
  content: string
  folder: string
  args: Record<string, string>
}

export async function ensureImage(engine: Engine, { tag, latest, content, folder, args }: ImagePlan, say: (line: string) => void): Promise<void> {
  if (!(await engine.hasImage(tag))) {
    say(`building the image ${tag} (once for this content)`)
    await engine.buildImage(tag, folder, { args, content, say })
    await prune(engine, content)
  }
  await engine.tagImage(tag, latest)
}

/** Removes images of earlier contents but one; what a container still uses stays. */
async function prune(engine: Engine, present: string): Promise<void> {
  const images = await engine.images()
  const kept = keptContents(images.map(image => image.labels[labels.content]), present)
  for (const image of images) {
    const content = image.labels[labels.content]
    if (content && !kept.includes(content)) await engine.removeImage(image.id).catch(() => undefined)
  }
}

/** The present content, and the one before, for going back and forth; of contents in the order of their images' age, newest first. A build from the cache is as old as its first build. */
export function keptContents(contents: (string | undefined)[], present: string): string[] {
  const before = contents.find(content => content !== undefined && content !== present)
  return before === undefined ? [present] : [present, before]
}
