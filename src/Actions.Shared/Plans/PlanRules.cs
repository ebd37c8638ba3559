using System.Text.Json;
using Actions.Shared.Findings;

namespace Actions.Shared.Plans;

/// <summary>What the rules for plans need to know besides the plan.</summary>
public sealed record PlanRuleOptions
{
    /// <summary>What findings point at when nobody knows more, relative to the workspace: a file, or the directory of the root.</summary>
    public string File { get; init; } = ".";

    /// <summary>Where an object is declared, by its address; null, also as an answer, where that is not known.</summary>
    public Func<string, SourceLocation?>? Place { get; init; }

    /// <summary>The most objects that a root may manage; null for any number.</summary>
    public int? MaxResources { get; init; }

    /// <summary>What is different about rules, by their ids: the severity of what they find, or null for rules that are off. A rule that is off by default is on when it is named.</summary>
    public IReadOnlyDictionary<string, Severity?> Levels { get; init; } = new Dictionary<string, Severity?>();
}

/// <summary>Checks that need nothing but the plan: no provider, no source, no network.</summary>
public static class PlanRules
{
    /// <summary>The rule about what holds data.</summary>
    public const string StatefulLossId = "plan-stateful-loss";

    private static readonly RuleDescriptor FailedCheck = new(
        "plan-check-failed", Severity.Error, "Every check, condition and validation of the configuration holds.",
        "The configuration says itself what has to be true. Terraform only warns of a check block that fails, and goes on.",
        "Correct the configuration, or the condition if it is wrong.");

    private static readonly RuleDescriptor UnknownCheck = new(
        "plan-check-unknown", Severity.Info, "Checks can be evaluated when planning.",
        "A condition over a value that is only known after apply cannot stop a bad plan: it is evaluated when it is too late.",
        "Let the condition use values that are known, where that is possible.")
    { OnByDefault = false };

    private static readonly RuleDescriptor Incomplete = new(
        "plan-incomplete", Severity.Warning, "A plan covers the whole root.",
        "A targeted plan, or one that defers something, leaves the root in a state that nobody has described; the next full plan may hold surprises.",
        "Plan without targets, or plan again after applying.");

    private static readonly RuleDescriptor UnmarkedSecret = new(
        "plan-unmarked-secret", Severity.Warning, "Secret values are marked as sensitive.",
        "A value looks like a secret, by its name or by its form, and nothing marks it as sensitive. Terraform shows it in plans, logs and outputs.",
        "Mark the variable, output or local that it comes from with sensitive = true, or wrap it in sensitive().");

    private static readonly RuleDescriptor SensitivityRemoved = new(
        "plan-sensitivity-removed", Severity.Error, "A value that was secret stays secret.",
        "A value that was marked as sensitive is not marked any more, though it stays: every later plan and log shows it.",
        "Keep the mark, or exchange the secret before it is shown.");

    private static readonly RuleDescriptor StatefulLoss = new(
        StatefulLossId, Severity.Error, "What holds data is neither destroyed nor replaced.",
        "Objects of this type hold data, or something that cannot be had again such as an address that others know.",
        "Set prevent_destroy, keep what forces the replacement as it was, or make sure that there is a backup.");

    private static readonly RuleDescriptor MissingMoved = new(
        "plan-missing-moved", Severity.Warning, "An object that gets another name is moved, not destroyed and created.",
        "An object is destroyed, and another one with nearly the same values is created under another address: probably somebody renamed it.",
        "Add the moved block, if they are the same.");

    private static readonly RuleDescriptor Shift = new(
        "plan-index-shift", Severity.Warning, "Objects are told apart by names, not by their place in a list.",
        "With count, taking one out of the middle of a list changes every one after it.",
        "Use for_each over a set or a map.");

    private static readonly RuleDescriptor OutputRemoved = new(
        "plan-output-removed", Severity.Warning, "Outputs that others may read stay.",
        "Other roots and scripts read outputs; they fail when one goes away.",
        "Make sure that nobody reads it.");

    private static readonly RuleDescriptor NewProvider = new(
        "plan-provider-set", Severity.Info, "The set of providers stays the same.",
        "The first resource of a provider comes, or its last one goes: credentials, lock file and reviews may have to follow.",
        "Look whether the lock file and the credentials fit.");

    private static readonly RuleDescriptor TooMany = new(
        "plan-resource-budget", Severity.Warning, "A root manages a number of objects that can be planned and reviewed.",
        "Large roots are slow to plan, and every mistake in them reaches far.",
        "Split the root.");

    private static readonly RuleDescriptor GeneratedImport = new(
        "plan-import-generated", Severity.Warning, "Imports have configuration that somebody wrote.",
        "The configuration of this import was generated: it holds every attribute as it is, computed ones and secrets too.",
        "Put a configuration into the code that says only what is meant.");

    private static readonly RuleDescriptor UnknownSecurity = new(
        "plan-unknown-security", Severity.Info, "What decides on access is known before apply.",
        "An attribute that decides on who gets access is only known after apply, so neither reviewers nor policies can judge it.",
        "Let it come from values that are known when planning.");

    /// <summary>Names of attributes that decide on access, encryption or reachability.</summary>
    private static readonly HashSet<string> SecurityAttributes = new(StringComparer.Ordinal)
    {
        "acl", "access_policy", "assume_role_policy", "cidr_block", "cidr_blocks", "cidr_ranges", "destination_cidr_block", "encrypted", "external_access", "inline_policy", "ipv6_cidr_blocks",
        "policy", "policy_arn", "policy_data", "principal", "public_access", "public_network_access_enabled", "publicly_accessible", "role_definition_name", "source_address_prefix",
        "source_cidr", "source_ranges", "ip_range", "inbound_rule", "member", "members", "role",
    };

    /// <summary>Every rule, in ordinal order of its id.</summary>
    public static IReadOnlyList<RuleDescriptor> All { get; } =
    [
        .. new[]
        {
            FailedCheck, UnknownCheck, Incomplete, UnmarkedSecret, SensitivityRemoved, StatefulLoss, MissingMoved, Shift, OutputRemoved, NewProvider, TooMany, GeneratedImport, UnknownSecurity,
        }.OrderBy(r => r.Id, StringComparer.Ordinal),
    ];

    /// <summary>Whether a finding is of one of these rules.</summary>
    public static bool IsOwn(Finding finding) => All.Any(r => r.Id == finding.Rule);

    /// <summary>
    /// What the rules find, normalised (<see cref="FindingList"/>). Messages name addresses and attributes and never values; <see cref="Finding.Field"/> is empty and
    /// <see cref="Finding.Resource"/> has the address for its name.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="redactor">Made for it.</param>
    /// <param name="options">Options; the defaults if null.</param>
    public static IReadOnlyList<Finding> Check(Plan plan, PlanRedactor redactor, PlanRuleOptions? options = null)
    {
        options ??= new PlanRuleOptions();
        var found = new List<Finding>();
        foreach (var check in plan.Checks)
        {
            if (check.Status is CheckStatus.Fail or CheckStatus.Error)
                Add(FailedCheck, check.Address, $"{check.Address} {(check.Status == CheckStatus.Fail ? "does not hold" : "could not be evaluated")}{(check.Problems.Count > 0 ? $": {redactor.Text(check.Problems[0])}" : "")}");
            else if (check.Status == CheckStatus.Unknown)
                Add(UnknownCheck, check.Address, $"{check.Address} is not known before the plan is applied");
        }

        if (plan.IsComplete == false && !plan.IsErrored)
            Add(Incomplete, null, "the plan is targeted, or leaves something for the next one");
        // Comparing the values of many objects is most of the work.
        var suspects = plan.Changes.Where(c => c.IsChange && !c.IsData).AsParallel().AsOrdered().Select(c => (Change: c, Paths: Suspects(c)));
        foreach (var (change, paths) in suspects)
            CheckChange(change, paths);
        foreach (var suggestion in MovedSuggestions.Of(plan))
            Add(MissingMoved, suggestion.From, $"{suggestion.From} is destroyed and {suggestion.To} created with nearly the same values", $"Add: moved {{ from = {suggestion.From}, to = {suggestion.To} }}", suggestion.To);
        foreach (var shift in IndexShifts.Of(plan))
            Add(Shift, shift.Resource, shift.Explanation);
        foreach (var output in plan.Outputs)
        {
            if (output.Kind == ChangeKind.Delete)
                Add(OutputRemoved, null, $"the output {output.Name} goes away");
            if (output.Kind is ChangeKind.Create or ChangeKind.Update && AttributeDiff.Of(output, redactor).Any(a => a.HidesSuspect))
                Add(UnmarkedSecret, null, $"the output {output.Name} holds what looks like a secret");
        }

        Providers();
        var managed = plan.Changes.Count(c => !c.IsData && c.Kind is not (ChangeKind.Delete or ChangeKind.Forget));
        if (options.MaxResources is { } most && managed > most)
            Add(TooMany, null, $"the root manages {PlanSentence.Count(managed, "resource")}, and should manage at most {PlanSentence.Number(most)}");
        return FindingList.Normalize(found);

        string[] Suspects(ResourceChange change) => change.Kind is ChangeKind.Delete or ChangeKind.Forget or ChangeKind.NoOp || Level(UnmarkedSecret) is null
            ? []
            : [.. AttributeDiff.Of(change, redactor).Where(a => a.HidesSuspect && !a.IsUnknown).Select(a => a.Path)];

        Severity? Level(RuleDescriptor rule) => options.Levels.TryGetValue(rule.Id, out var level) ? level : rule.OnByDefault ? rule.Severity : null;

        void CheckChange(ResourceChange change, IReadOnlyList<string> suspects)
        {
            if (change.Kind.Destroys() && StatefulTypes.Contains(change.Type))
                Add(StatefulLoss, change.Address, $"{change.Address} holds data and is {(change.Kind.Replaces() ? "replaced" : "destroyed")}");
            if (change.Importing is not null && !change.GeneratedConfig.IsNull)
                Add(GeneratedImport, change.Address, $"{change.Address} is imported with generated configuration");
            foreach (var path in SensitivityFlips.Paths(change).Where(_ => SensitivityFlips.IsUnmarked(change)))
                Add(SensitivityRemoved, change.Address, $"{change.Address}: {Shown(path)} is not marked as sensitive any more");
            if (change.Kind is ChangeKind.Delete or ChangeKind.Forget or ChangeKind.NoOp)
                return;
            if (change.AfterUnknown.Value is { ValueKind: JsonValueKind.Object } unknown)
            {
                foreach (var property in unknown.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.True && SecurityAttributes.Contains(p.Name)))
                    Add(UnknownSecurity, change.Address, $"{change.Address}: {property.Name} is only known after apply");
            }

            foreach (var path in suspects)
                Add(UnmarkedSecret, change.Address, $"{change.Address}: {path} holds what looks like a secret, and is not marked as sensitive");
        }

        void Providers()
        {
            foreach (var provider in plan.Changes.Where(c => c.Provider.Length > 0).GroupBy(c => c.Provider, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                if (provider.All(c => c.Kind == ChangeKind.Create && c.Importing is null) && plan.Changes.Any(c => c.Kind != ChangeKind.Create))
                    Add(NewProvider, null, $"{provider.Key} is new: its first resources are created");
                else if (provider.All(c => c.Kind is ChangeKind.Delete or ChangeKind.Forget) && plan.Changes.Any(c => c.Kind is not (ChangeKind.Delete or ChangeKind.Forget)))
                    Add(NewProvider, null, $"{provider.Key} is not needed any more: its last resources go");
            }
        }

        string Shown(AttributePath path) => path.Steps.Count == 0 ? "the whole object" : path.ToString();

        void Add(RuleDescriptor rule, string? address, string message, string? hint = null, string? declared = null)
        {
            if (Level(rule) is not { } severity)
                return;
            found.Add(new Finding
            {
                Rule = rule.Id,
                Severity = severity,
                Location = ((declared ?? address) is { } known ? options.Place?.Invoke(known) : null) ?? new SourceLocation(options.File),
                Message = redactor.Name(message),
                Hint = hint is null ? rule.Fix : redactor.Name(hint),
                Resource = address is null ? null : new ResourceReference("", "", null, redactor.Name(address)),
            });
        }
    }
}
