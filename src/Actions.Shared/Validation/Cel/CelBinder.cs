using Actions.Shared.Text;
using Actions.Shared.Validation.Structure;

namespace Actions.Shared.Validation.Cel;

/// <summary>
/// Resolves the names of an expression, expands its macros and works out types. Where a type is known, what cannot be right is refused;
/// where it is not, everything is let through.
/// </summary>
internal sealed class CelBinder(CelEnvironment environment)
{
    private const int DeepestTree = 300;

    private readonly List<(string Name, CelType Type, int Slot)> _scope = [.. environment.Variables.Select((v, i) => (v.Name, v.Type, i))];
    private int _slots = environment.Variables.Count;
    private int _depth;

    /// <summary>Number of variables, those of macros included.</summary>
    public int Slots => _slots;

    /// <summary>The variables of the environment that the expression mentions.</summary>
    public HashSet<string> Mentioned { get; } = new(StringComparer.Ordinal);

    /// <exception cref="CelCompilationException">The expression cannot be right, or uses what is not known here.</exception>
    public CelExpression Bind(CelSyntax syntax)
    {
        if (++_depth > DeepestTree)
        {
            throw Unsupported("the expression is too deep to be evaluated", syntax.Position);
        }

        var bound = syntax switch
        {
            LiteralSyntax literal => new ConstantExpression(CelType.Of(literal.Value.Kind), literal.Value),
            IdentifierSyntax identifier => Name(identifier.Name, identifier.Position),
            SelectSyntax select => Qualified(select) is { } name && CelNames.IsType(name) ? TypeName(name) : Select(select, select.IsOptional ? SelectMode.Optional : SelectMode.Value),
            IndexSyntax index => Index(index),
            CallSyntax call => Call(call),
            OperatorSyntax operation => Operator(operation),
            LogicSyntax logic => new LogicExpression(logic.IsOr, [.. logic.Operands.Select(Condition)]),
            ConditionalSyntax conditional => Conditional(conditional),
            ListSyntax list => List(list),
            MapSyntax map => Map(map),
            _ => throw new InvalidOperationException(),
        };
        _depth--;
        return bound;
    }

    /// <summary>Binds what must be true or false.</summary>
    public CelExpression Condition(CelSyntax syntax)
    {
        var bound = Bind(syntax);
        return bound.Type.Kind is CelKind.Dyn or CelKind.Bool ? bound : throw Error($"this is of the type {bound.Type}, but must be true or false", syntax.Position);
    }

    private CelExpression Name(string name, int position)
    {
        if (Find(name) is { } variable)
        {
            if (variable.Slot < environment.Variables.Count)
            {
                Mentioned.Add(name);
            }

            return new VariableExpression(variable.Type, variable.Slot);
        }

        if (CelNames.IsType(name))
        {
            return TypeName(name);
        }

        var meant = Suggestions.Closest(name, _scope.Select(s => s.Name));
        throw Error($"there is no variable {Words.Quote(name)}{(meant is null ? "" : $"; did you mean `{meant}`?")}", position);
    }

    private (CelType Type, int Slot)? Find(string name)
    {
        for (var i = _scope.Count - 1; i >= 0; i--)
        {
            if (_scope[i].Name == name)
            {
                return (_scope[i].Type, _scope[i].Slot);
            }
        }

        return null;
    }

    private static ConstantExpression TypeName(string name) => new(CelType.Of(CelKind.Type), new CelTypeValue(name));

    /// <summary>The dotted name that selections of a name that is no variable make up.</summary>
    private string? Qualified(CelSyntax syntax) => syntax switch
    {
        IdentifierSyntax identifier => Find(identifier.Name) is null ? identifier.Name : null,
        SelectSyntax { IsOptional: false } select => Qualified(select.Operand) is { } prefix ? $"{prefix}.{select.Field}" : null,
        _ => null,
    };

    private SelectExpression Select(SelectSyntax select, SelectMode mode)
    {
        var operand = Bind(select.Operand);
        var (type, isOptional) = operand.Type.Kind == CelKind.Optional ? (operand.Type.Element ?? CelType.Dyn, true) : (operand.Type, mode == SelectMode.Optional);
        if (type.Field(select.Field) is not { } field)
        {
            if (type.Kind != CelKind.Object)
            {
                throw Error($"a value of the type {type} has no fields", select.Position);
            }

            var meant = CelNames.Escape(select.Field) is { } escaped && type.Field(escaped) is not null ? escaped : Suggestions.Closest(select.Field, type.FieldNames);
            throw Error($"there is no field {Words.Quote(select.Field)}{(meant is null ? " that rules can see" : $"; did you mean `{meant}`?")}", select.Position);
        }

        return new SelectExpression(mode == SelectMode.Has ? CelType.Of(CelKind.Bool) : isOptional ? CelType.Of(CelKind.Optional, field) : field, operand, select.Field, mode);
    }

    private IndexExpression Index(IndexSyntax syntax)
    {
        var operand = Bind(syntax.Operand);
        var index = Bind(syntax.Index);
        var (type, isOptional) = operand.Type.Kind == CelKind.Optional ? (operand.Type.Element ?? CelType.Dyn, true) : (operand.Type, syntax.IsOptional);
        if (type.Kind is not (CelKind.Dyn or CelKind.List or CelKind.Map))
        {
            throw Error($"a value of the type {type} cannot be indexed", syntax.Position);
        }

        var element = type.Element ?? CelType.Dyn;
        return new IndexExpression(isOptional ? CelType.Of(CelKind.Optional, element) : element, operand, index, syntax.IsOptional);
    }

    private CelExpression Operator(OperatorSyntax operation)
    {
        var operands = operation.Operands.Select(Bind).ToArray();
        if (operation.Name is not ("_==_" or "_!=_"))
        {
            return Function(operation.Name, operands, isReceiver: false, operation.Position);
        }

        var (left, right) = (operands[0].Type, operands[1].Type);
        return Comparable(left, right)
            ? new EqualityExpression(operands[0], operands[1], operation.Name == "_!=_")
            : throw Error($"a value of the type {left} is compared with one of the type {right}, which it never equals", operation.Position);
    }

    private static bool Comparable(CelType left, CelType right)
    {
        static CelKind Group(CelType type) => type.Kind switch
        {
            CelKind.Uint or CelKind.Double => CelKind.Int,
            CelKind.Object => CelKind.Map,
            var kind => kind,
        };

        return Group(left) == Group(right) || left.Kind is CelKind.Dyn or CelKind.Null || right.Kind is CelKind.Dyn or CelKind.Null;
    }

    private ConditionalExpression Conditional(ConditionalSyntax syntax)
    {
        var condition = Condition(syntax.Condition);
        var (then, otherwise) = (Bind(syntax.Then), Bind(syntax.Else));
        return new ConditionalExpression(Common(then.Type, otherwise.Type), condition, then, otherwise);
    }

    private ListExpression List(ListSyntax syntax)
    {
        var elements = new (CelExpression Value, bool IsOptional)[syntax.Elements.Count];
        CelType? common = null;
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = (Bind(syntax.Elements[i].Value), syntax.Elements[i].IsOptional);
            var type = elements[i].IsOptional ? elements[i].Value.Type.Element ?? CelType.Dyn : elements[i].Value.Type;
            common = common is null ? type : Common(common, type);
        }

        return new ListExpression(CelType.Of(CelKind.List, common ?? CelType.Dyn), elements);
    }

    private MapExpression Map(MapSyntax syntax)
    {
        var entries = new (CelExpression Key, CelExpression Value, bool IsOptional)[syntax.Elements.Count];
        CelType? common = null;
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = (Bind(syntax.Elements[i].Key!), Bind(syntax.Elements[i].Value), syntax.Elements[i].IsOptional);
            var type = entries[i].IsOptional ? entries[i].Value.Type.Element ?? CelType.Dyn : entries[i].Value.Type;
            common = common is null ? type : Common(common, type);
        }

        return new MapExpression(CelType.Of(CelKind.Map, common ?? CelType.Dyn), entries);
    }

    private static CelType Common(CelType left, CelType right)
    {
        if (ReferenceEquals(left, right))
        {
            return left;
        }

        if (left.Kind != right.Kind || left.Kind == CelKind.Object)
        {
            return CelType.Dyn;
        }

        return left.Element is { } a && right.Element is { } b ? CelType.Of(left.Kind, Common(a, b)) : CelType.Of(left.Kind);
    }

    private CelExpression Call(CallSyntax call)
    {
        if (Macro(call) is { } macro)
        {
            return macro;
        }

        if (call.Target is null)
        {
            CheckKnown(call.Name, call.Position);
            return Function(call.Name, [.. call.Arguments.Select(Bind)], isReceiver: false, call.Position);
        }

        if (Qualified(call.Target) is { } prefix && !CelNames.IsType(prefix))
        {
            return Function(QualifiedFunction(prefix, call), [.. call.Arguments.Select(Bind)], isReceiver: false, call.Position);
        }

        var target = Bind(call.Target);
        if (call is { Name: "or" or "orValue", Arguments.Count: 1 } && target.Type.Kind is CelKind.Optional or CelKind.Dyn)
        {
            var otherwise = Bind(call.Arguments[0]);
            var unwraps = call.Name == "orValue";
            var type = unwraps ? Common(target.Type.Element ?? CelType.Dyn, otherwise.Type) : CelType.Of(CelKind.Optional, Common(target.Type.Element ?? CelType.Dyn, otherwise.Type.Element ?? CelType.Dyn));
            return new OptionalOrExpression(type, target, otherwise, unwraps);
        }

        CheckKnown(call.Name, call.Position);
        return Function(call.Name, [target, .. call.Arguments.Select(Bind)], isReceiver: true, call.Position);
    }

    private string QualifiedFunction(string prefix, CallSyntax call)
    {
        var name = $"{prefix}.{call.Name}";
        var root = call.Target!;
        while (root is SelectSyntax select)
        {
            root = select.Operand;
        }

        var first = ((IdentifierSyntax)root).Name;
        if (CelFunctions.Find(name) is null && Suggestions.Closest(first, _scope.Select(s => s.Name)) is { } meant)
        {
            throw Error($"there is no variable {Words.Quote(first)}; did you mean `{meant}`?", root.Position);
        }

        CheckKnown(name, call.Position);
        return name;
    }

    // Before the arguments are bound: those of a macro that is not known hold variables that are not known either.
    private static void CheckKnown(string name, int position)
    {
        if (CelFunctions.Find(name) is null)
        {
            var meant = Suggestions.Closest(name, CelFunctions.Names);
            throw Unsupported($"the function {CelFunctions.Shown(name)} is not known here{(meant is null ? "" : $"; did you mean `{meant}`?")}", position);
        }
    }

    private static CallExpression Function(string name, CelExpression[] arguments, bool isReceiver, int position)
    {
        var shown = CelFunctions.Shown(name);
        var all = CelFunctions.Find(name)!;
        var fitting = Array.FindAll(all, o => o.IsReceiver == isReceiver && o.Arity == arguments.Length);
        if (fitting.Length == 0)
        {
            var how = Array.Exists(all, o => o.IsReceiver == isReceiver) ? $"with {arguments.Length - (isReceiver ? 1 : 0)} arguments" : isReceiver ? "on a value" : "without a value before it";
            throw Unsupported($"the function {shown} is not known here {how}", position);
        }

        var types = Array.ConvertAll(arguments, a => a.Type);
        var possible = Array.FindAll(fitting, o => o.MayTake(types));
        if (possible.Length == 0)
        {
            throw Error($"{shown} does not take {string.Join(" and ", types.Select(t => t.ToString()))}", position);
        }

        var result = possible[0].Result(types);
        for (var i = 1; i < possible.Length; i++)
        {
            result = Common(result, possible[i].Result(types));
        }

        return new CallExpression(result, name, possible, arguments);
    }

    private CelExpression? Macro(CallSyntax call)
    {
        var arguments = call.Arguments;
        if (call.Target is null)
        {
            if (call.Name != "has" || arguments.Count != 1)
            {
                return null;
            }

            return arguments[0] is SelectSyntax { IsOptional: false } select
                ? Select(select, SelectMode.Has)
                : throw Error("has() takes a field, as in has(self.name)", call.Position);
        }

        switch (call.Name, arguments.Count)
        {
            case ("all", 2 or 3):
                return Comprehension(call, CelMacro.All, arguments.Count - 1);
            case ("exists", 2 or 3):
                return Comprehension(call, CelMacro.Exists, arguments.Count - 1);
            case ("exists_one" or "existsOne", 2 or 3):
                return Comprehension(call, CelMacro.ExistsOne, arguments.Count - 1);
            case ("map", 2 or 3):
                return Comprehension(call, CelMacro.Map, 1);
            case ("filter", 2):
                return Comprehension(call, CelMacro.Filter, 1);
            case ("transformList", 3 or 4):
                return Comprehension(call, CelMacro.Map, 2);
            case ("transformMap", 3 or 4):
                return Comprehension(call, CelMacro.TransformMap, 2);
            case ("transformMapEntry", 3 or 4):
                return Comprehension(call, CelMacro.TransformMapEntry, 2);
            case ("optMap" or "optFlatMap", 2):
                return OptionalMap(call);
            default:
                return null;
        }
    }

    private ComprehensionExpression Comprehension(CallSyntax call, CelMacro macro, int variables)
    {
        var range = Bind(call.Target!);
        if (range.Type.Kind is not (CelKind.Dyn or CelKind.List or CelKind.Map))
        {
            throw Error($"a value of the type {range.Type} has no items to go through", call.Position);
        }

        var (keys, items) = range.Type.Kind switch
        {
            CelKind.List => (CelType.Of(CelKind.Int), range.Type.Element ?? CelType.Dyn),
            CelKind.Map => (CelType.Dyn, range.Type.Element ?? CelType.Dyn),
            _ => (CelType.Dyn, CelType.Dyn),
        };
        var names = call.Arguments.Take(variables).Select(VariableName).ToArray();
        if (names.Length == 2 && names[0] == names[1])
        {
            throw Error("the two variables need different names", call.Arguments[1].Position);
        }

        var first = Declare(names[0], variables == 2 ? keys : range.Type.Kind == CelKind.List ? items : keys);
        int? second = variables == 2 ? Declare(names[1], items) : null;
        CelExpression? condition = null;
        CelExpression? result = null;
        if (macro is CelMacro.Map or CelMacro.TransformMap or CelMacro.TransformMapEntry)
        {
            condition = call.Arguments.Count > variables + 1 ? Condition(call.Arguments[variables]) : null;
            result = Bind(call.Arguments[^1]);
        }
        else
        {
            condition = Condition(call.Arguments[^1]);
        }

        _scope.RemoveRange(_scope.Count - variables, variables);
        var type = macro switch
        {
            CelMacro.All or CelMacro.Exists or CelMacro.ExistsOne => CelType.Of(CelKind.Bool),
            CelMacro.Map => CelType.Of(CelKind.List, result!.Type),
            CelMacro.Filter => CelType.Of(CelKind.List, range.Type.Kind == CelKind.List ? items : keys),
            CelMacro.TransformMap => CelType.Of(CelKind.Map, result!.Type),
            _ => CelType.Of(CelKind.Map),
        };
        return new ComprehensionExpression(type, macro, range, first, second, condition, result);
    }

    private OptionalMapExpression OptionalMap(CallSyntax call)
    {
        var operand = Bind(call.Target!);
        var slot = Declare(VariableName(call.Arguments[0]), operand.Type.Element ?? CelType.Dyn);
        var result = Bind(call.Arguments[1]);
        _scope.RemoveAt(_scope.Count - 1);
        var isFlat = call.Name == "optFlatMap";
        return new OptionalMapExpression(isFlat ? result.Type : CelType.Of(CelKind.Optional, result.Type), operand, slot, result, isFlat);
    }

    private static string VariableName(CelSyntax syntax) =>
        syntax is IdentifierSyntax identifier ? identifier.Name : throw Error("the name of a variable is expected here", syntax.Position);

    private int Declare(string name, CelType type)
    {
        _scope.Add((name, type, _slots));
        return _slots++;
    }

    private static CelCompilationException Error(string message, int position) => new(new CelProblem(message, position));

    private static CelCompilationException Unsupported(string message, int position) => new(new CelProblem(message, position, IsUnsupported: true));
}
