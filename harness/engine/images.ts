// Images are built once per content: the tag is the content's digest, so a second run builds nothing.
import { labels, type Engine } from './engine.ts'

/** How many contents of the same image are kept: the present one, and the one before, for going back and forth. */
const keptContents = 2

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
    await prune(engine)
  }
  await engine.tagImage(tag, latest)
}

/** Removes images of contents that are older; what a container still uses stays. */
async function prune(engine: Engine): Promise<void> {
  const images = await engine.images()
  const contents = [...new Set(images.flatMap(image => image.labels[labels.content] ?? []))]
  for (const image of images) {
    const content = image.labels[labels.content]
    if (content && contents.indexOf(content) >= keptContents) await engine.removeImage(image.id).catch(() => undefined)
  }
}
