import * as vscode from 'vscode';

interface OpenPage<Content> {
  readonly panel: vscode.WebviewPanel;
  readonly view: Promise<Content>;
  /** The same once it is loaded. */
  content?: Content;
}

interface Kind<Content> {
  readonly viewType: string;
  readonly title: string;
  /** Loads the page's code: it comes with the first page, so that activation does not wait for it. */
  readonly fill: (panel: vscode.WebviewPanel) => Promise<Content>;
}

/** The one page of a kind that a window has. It comes back with the window. */
export class OnePage<Content> implements vscode.Disposable {
  private current: OpenPage<Content> | undefined;
  private readonly serializer: vscode.Disposable;

  constructor(private readonly kind: Kind<Content>) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(kind.viewType, {
      deserializeWebviewPanel: async (restored) => {
        await this.adopt(restored).view;
      },
    });
  }

  /** Its content while the user sees it; undefined before it is loaded. */
  get visible(): Content | undefined {
    return this.isVisible ? this.current?.content : undefined;
  }

  get isVisible(): boolean {
    return this.current?.panel.visible ?? false;
  }

  /** Opens or shows it. */
  open(): Promise<Content> {
    const { panel, view } = this.current ?? this.adopt(this.create());
    panel.reveal();
    return view;
  }

  dispose(): void {
    this.serializer.dispose();
    this.current?.panel.dispose();
  }

  private create(): vscode.WebviewPanel {
    const { viewType, title } = this.kind;
    return vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Active, {
      enableScripts: true,
    });
  }

  private adopt(panel: vscode.WebviewPanel): OpenPage<Content> {
    this.current?.panel.dispose();
    const current: OpenPage<Content> = { panel, view: this.kind.fill(panel) };
    this.current = current;
    // Those who wait for the view hear of a failure.
    current.view.then(
      (content) => (current.content = content),
      () => undefined,
    );
    panel.onDidDispose(() => {
      if (this.current === current) this.current = undefined;
    });
    return current;
  }
}
