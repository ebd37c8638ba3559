using System.Text;
using Actions.Shared.Images;

namespace Actions.Shared.Tests.Images;

/// <summary>Short forms for the tests of bumping.</summary>
internal static class Bump
{
    public const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    public const string Other = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    public static FileBump Plan(string text, params string[] changes) => PlanIn("app.yaml", text, [.. changes.Select(ImageChange.Parse)]);

    public static FileBump PlanIn(string path, string text, params ImageChange[] changes) => ImageBumper.Plan(path, Encoding.UTF8.GetBytes(text), changes);

    public static FileBump PlanIn(string path, string text, params string[] changes) => PlanIn(path, text, [.. changes.Select(ImageChange.Parse)]);

    /// <summary>A Deployment with the given line for its image, indented below <c>- name: app</c>.</summary>
    public static string Deployment(string image) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          template:
            spec:
              containers:
                - name: app
                  {{image}}

        """;

    /// <summary>What becomes of the line for the image in <see cref="Deployment"/>.</summary>
    public static string Line(string image, params string[] changes)
    {
        var bump = Plan(Deployment(image), changes);
        bump.Refusals.ShouldBeEmpty();
        var head = Deployment("")[..^1].TrimEnd();
        bump.NewText.ShouldStartWith(head);
        return bump.NewText[head.Length..].Trim();
    }
}
