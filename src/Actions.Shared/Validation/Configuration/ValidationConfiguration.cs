using Actions.Shared.Findings;
using Actions.Shared.Validation.Rules;

namespace Actions.Shared.Validation.Configuration;

/// <summary>What a repository has configured: the content of <c>.validate-manifests.yaml</c>, and of <c>.kube-linter.yaml</c> beneath it.</summary>
public sealed record ValidationConfiguration
{
    /// <summary>Nothing configured.</summary>
    public static ValidationConfiguration Empty { get; } = new();

    /// <summary>The files that it was read from, relative to the workspace; empty when there are none.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>All rules, the user's own included.</summary>
    public RuleIndex Rules { get; init; } = RuleIndex.BuiltIn;

    /// <summary>What <c>.kube-linter.yaml</c> comes to; beneath everything else. Empty without that file.</summary>
    public IReadOnlyList<RuleLayer> Foreign { get; init; } = [];

    /// <summary>What holds everywhere.</summary>
    public RuleLayer Base { get; init; } = new();

    /// <summary>What holds for some files and kinds (<c>overrides</c>), later ones winning.</summary>
    public IReadOnlyList<RuleLayer> Overrides { get; init; } = [];

    /// <summary>The user's own rules (<c>custom-rules</c>).</summary>
    public IReadOnlyList<ObjectRule> CustomRules { get; init; } = [];

    /// <summary>Glob patterns of files that are left out, beside those of the run.</summary>
    public IReadOnlyList<string> IgnorePaths { get; init; } = [];

    /// <summary>What another tool's configuration asks for and this program cannot do; see <see cref="KubeLinterFile.NotUnderstood"/>.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}

/// <summary>What holds for the files and kinds of one entry of <c>overrides</c>, or everywhere.</summary>
public sealed record RuleLayer
{
    /// <summary>Glob patterns of the files that it holds for; empty for all.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The kinds that it holds for; empty for all.</summary>
    public IReadOnlyList<KindPattern> Kinds { get; init; } = [];

    /// <summary>The Pod Security Standards level that it demands; null leaves that as it is.</summary>
    public PodSecurityDemand? PodSecurity { get; init; }

    /// <summary>What it says of rules. An entry for <c>all</c> is applied first, then the Pod Security Standards, then the other entries.</summary>
    public IReadOnlyList<RuleChange> Rules { get; init; } = [];

    /// <summary>Whether it holds everywhere.</summary>
    public bool IsGlobal => Paths.Count == 0 && Kinds.Count == 0;
}
